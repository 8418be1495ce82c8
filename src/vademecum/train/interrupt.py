"""Ctrl-C during a training: the step at hand is brought to its end, so that nothing of it is lost.

Use: `with held_interrupt() as pressed: ... if pressed(): save()`.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def held_interrupt() -> Iterator[Callable[[], bool]]:
    """Yield a function that says whether Ctrl-C was pressed; pressed again, it stops at once.

    Nothing is held back outside of the main thread, and where a program handles Ctrl-C in a way of its own.
    """
    usual = signal.default_int_handler
    in_main = threading.current_thread() is threading.main_thread()
    held = in_main and signal.getsignal(signal.SIGINT) is usual
    pressed = False

    def note(number: int, frame: FrameType | None) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, usual)

    if held:
        signal.signal(signal.SIGINT, note)
    try:
        yield lambda: pressed
    finally:
        if held:
            signal.signal(signal.SIGINT, usual)
