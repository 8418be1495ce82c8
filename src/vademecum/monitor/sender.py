"""Hands calls to somewhere outside, in the background: a call that ends only puts its record into a queue.

Owns the queue, the thread, the bounds, and what the log says when nothing gets through. Does not promise
delivery: what does not fit the queue or cannot be sent is left out and counted.
Use: `sender = Sender(lambda: OtlpTarget(url))`, then `sender.send` is a watcher; `sender.close()` at the end.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Protocol, TypeAlias

from vademecum.monitor.request import CURRENT, Parent
from vademecum.values.conversation import TraceRecord

MOST_WAITING = 512
"""Calls that wait to be sent; more are left out."""
MOST_AT_ONCE = 64
"""Calls that are sent together."""
GATHER_S = 1.0
"""A call waits so long for others to be sent with."""
CLOSE_S = 3.0
"""Closing waits so long for what is left."""
SAY_AGAIN_S = 60.0
"""How often at most the log says that nothing gets through."""
_log = logging.getLogger(__name__)

SentCall: TypeAlias = tuple[TraceRecord, Parent | None]
"""A call, and the span of somebody else that it is a part of."""


class Target(Protocol):
    """Where calls go."""

    @property
    def failing(self) -> bool:
        """Whether the last attempt failed, also while it goes on trying."""
        ...

    def send(self, calls: Sequence[SentCall]) -> str:
        """Send calls and return why they could not be; empty when they were."""
        ...

    def stop(self) -> None:
        """Give up what goes on in another thread; nothing is sent any more."""
        ...

    def close(self) -> None:
        """Let go, after the last sending."""
        ...


class Sender:
    """See the module.

    Args:
        make_target: Makes the target, in the thread that uses it.

    Attributes:
        counts: Calls by what became of them: sent, failed, dropped.
    """

    def __init__(self, make_target: Callable[[], Target]) -> None:
        self._make_target = make_target
        self._target: Target | None = None
        self._waiting: queue.Queue[SentCall | None] = queue.Queue(MOST_WAITING)
        self._stopped = False
        self._say_after = 0.0
        self.counts = {"sent": 0, "failed": 0, "dropped": 0}
        self._thread = threading.Thread(target=self._work, name="vade-sender", daemon=True)
        self._thread.start()

    def send(self, record: TraceRecord) -> None:
        """Take a call; never waits. A part of a trace that its owner does not keep is not taken."""
        request = CURRENT.get()
        parent = request.parent if request else None
        if parent is not None and not parent.sampled:
            return
        try:
            self._waiting.put_nowait((record, parent))
        except queue.Full:
            self.counts["dropped"] += 1

    def close(self) -> None:
        """Send what is left, for at most `CLOSE_S` seconds; not at all where nothing gets through."""
        deadline = time.monotonic() + CLOSE_S
        with suppress(queue.Full):
            self._waiting.put(None, timeout=0.0 if self._failing else CLOSE_S)
        while self._thread.is_alive() and not self._failing and time.monotonic() < deadline:
            self._thread.join(0.02)
        self._stopped = True
        if self._target is not None:
            self._target.stop()

    @property
    def _failing(self) -> bool:
        return self._target is not None and self._target.failing

    def _work(self) -> None:
        more = True
        while more and not self._stopped:
            batch = [self._waiting.get()]
            if batch[-1] is not None:
                batch += self._gather()
            more = batch[-1] is not None
            calls = [one for one in batch if one is not None]
            if calls:
                self._send(calls)
        if self._target is not None:
            self._target.close()

    def _gather(self) -> Iterator[SentCall | None]:
        """Yield what else comes in a moment, up to the end mark."""
        deadline = time.monotonic() + GATHER_S
        for _ in range(MOST_AT_ONCE - 1):
            try:
                one = self._waiting.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                return
            yield one
            if one is None:
                return

    def _send(self, calls: Sequence[SentCall]) -> None:
        try:
            if self._target is None:
                self._target = self._make_target()
            reason = self._target.send(calls)
        except Exception as error:  # whatever it is, the thread goes on
            reason = f"{type(error).__name__}: {error}"
        self.counts["failed" if reason else "sent"] += len(calls)
        if reason and not self._stopped and time.monotonic() >= self._say_after:
            self._say_after = time.monotonic() + SAY_AGAIN_S
            left_out = self.counts["failed"] + self.counts["dropped"]
            _log.warning("traces cannot be sent: %s. Left out so far: %d calls.", reason, left_out)
