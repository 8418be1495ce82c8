"""Records one call, however it ends, and tells those who watch.

Owns when a record is made; where it goes belongs to the watchers.
Use: `with recorded([state.traces.add], kind="ask", asked=question) as call: call.answer = ...`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from vademecum.errors import VademecumError
from vademecum.monitor.request import CURRENT
from vademecum.values import Answer, TraceRecorder
from vademecum.values.conversation import ANYONE, TraceRecord
from vademecum.values.trace import error_name

Watcher: TypeAlias = Callable[[TraceRecord], None]
"""Told of each call when it has ended."""
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Call:
    """A call that goes on.

    Attributes:
        recorder: Collects its steps.
        answer: Put here by whoever works; None where there is none.
    """

    recorder: TraceRecorder = field(default_factory=TraceRecorder)
    answer: Answer | None = None


@contextmanager
def recorded(
    watchers: Sequence[Watcher], *, kind: str, asked: str, user: str = ANYONE, conversation: str = ""
) -> Iterator[Call]:
    """Tell every watcher what happened in the block, also when it failed or was stopped.

    A watcher that fails is logged; the call is not disturbed by it. The trace has the id of the request that
    is being worked on, where there is one.

    Args:
        watchers: Told at the end, in their order.
        kind: "ask", "search", "chat" or "embed".
        asked: The question.
        user: Who asks.
        conversation: Id of the conversation; empty outside of one.
    """
    request = CURRENT.get()
    call = Call(recorder=TraceRecorder(request.take_id() if request else ""))
    error = error_type = ""
    try:
        yield call
    except BaseException as problem:
        error_type = error_name(problem)
        error = str(problem) if isinstance(problem, VademecumError) else error_type
        raise
    finally:
        record = TraceRecord(
            kind=kind,
            user=user,
            conversation=conversation,
            asked=asked,
            trace=call.recorder.trace(),
            answer=call.answer,
            error=error,
            error_type=error_type,
        )
        for watcher in watchers:
            _tell(watcher, record)


def _tell(watcher: Watcher, record: TraceRecord) -> None:
    try:
        watcher(record)
    except Exception:  # whatever it is, it is the watcher's
        _log.exception("a watcher failed on trace %s", record.trace.id)
