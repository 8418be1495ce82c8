"""What the routes ask of the workspace, recorded under the name of who calls.

Use: `answer = ask(state, caller, "How long?", where=None)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vademecum.assistants import earlier_in, reply
from vademecum.generate import check_question
from vademecum.server.caller import Caller
from vademecum.server.requests import SearchRequest
from vademecum.server.state import State
from vademecum.values import Answer, Hit, Trace


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
    return search_told(state, caller, asked)[0]


def search_told(state: State, caller: Caller, asked: SearchRequest) -> tuple[list[Hit], Trace]:
    """Return the passages that answer a query best, best first, and how they were found."""
    with state.workspace.recorded(kind="search", asked=asked.query, user=caller.user) as call:
        hits = state.seen_by(caller).search(
            asked.query,
            top_k=asked.top_k,
            where=asked.where,
            by_document=asked.by_document,
            recorder=call.recorder,
        )
    return hits, call.recorder.trace()
