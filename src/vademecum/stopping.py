"""Work that ends early when nobody waits for it any more.

Whoever asks hands an event over, whoever works long looks at it now and then. It goes with the thread's
context, so what lies between need not pass it on; work that is handed to other threads does not see it.

Use: `with given_up_when(gone): answer = workspace.ask(question)`, and deep below `raise_if_given_up()`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_gone: ContextVar[threading.Event | None] = ContextVar("gone", default=None)


class GivenUpError(Exception):
    """Nobody waits for the work any more; outside the tree of errors, for nobody is told."""


@contextmanager
def given_up_when(gone: threading.Event) -> Iterator[None]:
    """Let the work in the block end early once the event is set, by raising `GivenUpError`."""
    token = _gone.set(gone)
    try:
        yield
    finally:
        _gone.reset(token)


def raise_if_given_up() -> None:
    """End the work here when nobody waits for it.

    Raises:
        GivenUpError: Nobody does.
    """
    gone = _gone.get()
    if gone is not None and gone.is_set():
        raise GivenUpError
