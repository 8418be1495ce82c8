"""Removes old traces now and then, in the background and a few at a time, so that no answer waits for it.

Owns when it happens; what is removed belongs to the state store.
Use: `pruner = Pruner(lambda: state.traces.prune(days=30, most=100_000))`, then `pruner.watch` is a watcher.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from vademecum.values.conversation import TraceRecord

EVERY_S = 600.0
"""Seconds between two rounds."""
PAUSE_S = 0.05
"""Seconds between two removals, in which others may write."""
CLOSE_S = 2.0
_log = logging.getLogger(__name__)


class Pruner:
    """See the module.

    Args:
        prune: Removes some old traces and returns how many that were, 0 when none is left.
    """

    def __init__(self, prune: Callable[[], int]) -> None:
        self._prune = prune
        self._after = 0.0
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None

    def watch(self, record: TraceRecord) -> None:
        """Begin a round when it is time for one; never waits."""
        if time.monotonic() < self._after or self._stopped.is_set():
            return
        self._after = time.monotonic() + EVERY_S
        self._thread = threading.Thread(target=self._work, name="vade-pruner", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop after the removal that goes on."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(CLOSE_S)

    def _work(self) -> None:
        try:
            while not self._stopped.is_set() and self._prune():
                self._stopped.wait(PAUSE_S)
        except Exception:  # the next round tries again
            _log.exception("old traces could not be removed")
