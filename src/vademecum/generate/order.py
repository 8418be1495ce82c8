"""Puts the passages of a prompt in an order that an engine has read before.

An engine that keeps what it has read begins to read a prompt where it differs from an earlier one. Questions
on the same sources find the same passages in other orders, and a follow-up finds some of them again: standing
as they stood before, they are not read a second time.

Use: `order = PassageOrder(); ids = order.arrange(["b", "a"])`.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from itertools import takewhile

KEPT = 16
"""Prompts that are remembered; an engine keeps about as many of a thousand tokens."""


class PassageOrder:
    """Remembers the passages of recent prompts; several threads may ask.

    Args:
        kept: How many prompts.
    """

    def __init__(self, *, kept: int = KEPT) -> None:
        self._recent: deque[tuple[str, ...]] = deque(maxlen=kept)
        self._lock = threading.Lock()

    def arrange(self, ids: Sequence[str]) -> list[str]:
        """Return the passages as the recent prompt began that begins with most of them, the rest as given.

        Args:
            ids: Passages, best first, none twice.
        """
        wanted = set(ids)
        with self._lock:
            begun = max((_known(old, wanted) for old in reversed(self._recent)), key=len, default=())
            arranged = [*begun, *(one for one in ids if one not in begun)]
            self._recent.append(tuple(arranged))
        return arranged


def _known(old: tuple[str, ...], wanted: set[str]) -> tuple[str, ...]:
    return tuple(takewhile(wanted.__contains__, old))
