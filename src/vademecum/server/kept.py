"""What is kept of calls, as a caller may see it: their own, or everybody's for an owner.

Use: `record_of(state, caller, "1f2e")`.
"""

from __future__ import annotations

from dataclasses import replace

from vademecum.server.caller import Caller
from vademecum.server.state import State
from vademecum.values.conversation import Feedback, TraceRecord


def whose(caller: Caller) -> str | None:
    """Return whose traces and feedback a caller sees; None for everybody's."""
    return None if caller.role == "owner" else caller.user


def record_of(state: State, caller: Caller, name: str) -> TraceRecord:
    """Return what happened during a call, by its id or how the id begins, as the caller may still see it.

    Raises:
        NotFoundError: The caller sees no such trace.
    """
    record = state.workspace.state().traces.get(name, user=whose(caller))
    return state.seen_by(caller).seen_record(record)


def rate(state: State, caller: Caller, given: Feedback) -> Feedback:
    """Keep what a caller thinks of an answer; their last word on it counts.

    Raises:
        NotFoundError: The caller sees no such trace.
    """
    kept = state.workspace.state()
    found = kept.traces.get(given.trace_id, user=whose(caller)).trace.id
    return kept.feedback.add(replace(given, user=caller.user, trace_id=found))
