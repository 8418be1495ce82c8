"""What the routes ask of the workspace, recorded under the name of who calls.

Use: `answer = ask(state, caller, "How long?", where=None)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vademecum.assistants import earlier_in, reply
from vademecum.generate import check_question
from vademecum.server.caller import Caller
from vademecum.server.requests import FeedbackRequest, SearchRequest
from vademecum.server.state import State
from vademecum.values import Answer, Hit
from vademecum.values.conversation import Feedback


def ask(
    state: State,
    caller: Caller,
    question: str,
    *,
    before: Sequence[tuple[str, str]] = (),
    where: Sequence[str] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Answer:
    """Answer a question from the documents.

    Args:
        state: The server's.
        caller: Who asks.
        question: What is asked.
        before: What was said before it, as (role, text), oldest first.
        where: Conditions on documents.
        tell: Told each sentence of the answer as soon as it is verified.
    """
    workspace = state.workspace
    question = check_question(question, max_chars=workspace.config.answer.max_question_chars)
    with workspace.recorded(kind="ask", asked=question, user=caller.user) as call:
        view = state.seen_by(caller)
        _, call.answer = reply(
            view,
            question,
            turns=earlier_in(view, before),
            where=where,
            recorder=call.recorder,
            on_text=tell,
        )
    return call.answer


def search(state: State, caller: Caller, asked: SearchRequest) -> list[Hit]:
    """Return the passages that answer a query best, best first."""
    with state.workspace.recorded(kind="search", asked=asked.query, user=caller.user) as call:
        return state.seen_by(caller).search(
            asked.query,
            top_k=asked.top_k,
            where=asked.where,
            by_document=asked.by_document,
            recorder=call.recorder,
        )


def rate(state: State, caller: Caller, given: FeedbackRequest) -> Feedback:
    """Keep what a caller thinks of an answer; the last word of a caller on an answer counts.

    Raises:
        NotFoundError: There is no such trace, or it is another's.
    """
    kept = state.workspace.state()
    found = kept.traces.get(given.trace_id, user=whose(caller)).trace.id
    about = given.model_dump(exclude={"trace_id"})
    return kept.feedback.add(Feedback(user=caller.user, trace_id=found, **about))


def whose(caller: Caller) -> str | None:
    """Return whose traces and feedback a caller sees: their own, or everybody's."""
    return None if caller.role == "owner" else caller.user
