"""How much is answered at once, how much may wait, and what is turned away.

Use: `async with gate: ...` around the work, before the response begins.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

import anyio

from vademecum.server.errors import FullError


class Gate:
    """A bounded queue before the models; who is cancelled while waiting leaves no place taken.

    Args:
        running: Requests that are worked on at once.
        waiting: Requests that may wait for their turn; more are turned away.
        on_wait: Told how long each waited, in seconds.

    Attributes:
        refused: How many were turned away.
        running: How many are worked on.
    """

    def __init__(
        self, *, running: int, waiting: int, on_wait: Callable[[float], None] = lambda waited_s: None
    ) -> None:
        self._slots = anyio.Semaphore(running)
        self._most = running + waiting
        self._on_wait = on_wait
        self._inside = 0
        self.refused = 0
        self.running = 0

    @property
    def waiting(self) -> int:
        """How many wait."""
        return self._inside - self.running

    @property
    def inside(self) -> int:
        """How many are worked on or wait."""
        return self._inside

    def check(self) -> None:
        """Say whether one more may come in.

        Raises:
            FullError: As many as may are inside.
        """
        if self._inside >= self._most:
            self.refused += 1
            raise FullError(f"{self._inside} requests are being worked on or wait. Try again in a moment.")

    async def __aenter__(self) -> Self:
        """Come in and wait for one's turn.

        Raises:
            FullError: As many as may are inside.
        """
        self.check()
        self._inside += 1
        began = time.perf_counter()
        try:
            await self._slots.acquire()
        except BaseException:
            self._inside -= 1
            raise
        self.running += 1
        self._on_wait(time.perf_counter() - began)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._slots.release()
        self._inside -= 1
        self.running -= 1
