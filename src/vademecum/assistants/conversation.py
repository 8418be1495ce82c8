"""Talks over a workspace: each turn is understood, answered from the documents, and kept.

Owns the order of the work; understanding, answering and keeping belong to the rooms below.
Use: `Conversations(workspace).say("How long is the refund period?").answer.text`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vademecum.assistants.about_me import (
    Wish,
    corrected_by,
    facts_meant,
    is_about_me,
    read_wish,
    related,
)
from vademecum.generate import check_question
from vademecum.values import Answer, TraceRecorder
from vademecum.values.conversation import ANYONE, Conversation, Fact, Turn
from vademecum.workspace import Workspace

OnText = Callable[[str], None]
Where = str | Sequence[str] | Mapping[str, Any] | None
HISTORY = 8
"""Turns before this one that are looked at to understand it."""
_TITLE_CHARS = 80
_SURE = 0.5


class Conversations:
    """What people and the program say to each other over one workspace; several may speak at once.

    Args:
        workspace: What is talked about.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def list(self, *, user: str = ANYONE, limit: int = 100, offset: int = 0) -> Sequence[Conversation]:
        """Return a user's conversations, the latest first."""
        return self._workspace.state().conversations.list(user=user, limit=limit, offset=offset)

    def get(self, name: str, *, user: str = ANYONE) -> tuple[Conversation, Sequence[Turn]]:
        """Return a user's conversation with its turns in their order.

        Raises:
            InputError: The user has no such conversation.
        """
        kept = self._workspace.state().conversations
        return kept.get(name, user=user), kept.turns(name)

    def delete(self, name: str, *, user: str = ANYONE) -> None:
        """Forget a user's conversation.

        Raises:
            InputError: The user has no such conversation.
        """
        self._workspace.state().conversations.delete(name, user=user)

    def say(
        self,
        text: str,
        *,
        conversation: str = "",
        user: str = ANYONE,
        where: Where = None,
        on_text: OnText | None = None,
    ) -> Turn:
        """Answer what somebody says and keep both.

        The question is kept before it is worked on: where the work does not end, the turn has no answer.

        Args:
            text: A question, or something to remember or forget.
            conversation: Id of the conversation that goes on; empty to begin one.
            user: Who says it.
            where: Conditions on documents, as in `Workspace.search`.
            on_text: Told each sentence of the answer as soon as it is verified.

        Raises:
            InputError: The text is empty or too long, or the user has no such conversation.
        """
        workspace = self._workspace
        asked = check_question(text, max_chars=workspace.config.answer.max_question_chars)
        kept = workspace.state().conversations
        talk = (
            kept.get(conversation, user=user)
            if conversation
            else kept.add(user=user, title=" ".join(asked.split())[:_TITLE_CHARS])
        )
        with workspace.recorded(kind="ask", asked=asked, user=user, conversation=talk.id) as call:
            turn = kept.begin_turn(talk.id, asked=asked, trace_id=call.recorder.id)
            wish = read_wish(asked)
            if wish is not None:
                text = self._do(wish, turn, user)
                call.answer = _told(text, call.recorder, on_text)
            else:
                standing, answer = self._answer(turn, user, where, call.recorder, on_text)
                turn, call.answer = replace(turn, standing=standing), answer
            turn = replace(turn, answer=call.answer)
            kept.end_turn(turn)
        return turn

    def _answer(
        self, turn: Turn, user: str, where: Where, recorder: TraceRecorder, on_text: OnText | None
    ) -> tuple[str, Answer]:
        """Return the question as it was understood, and the answer to it."""
        standing = turn.asked
        if is_about_me(standing):
            facts = self._workspace.state().memory.list(user=user)
            with recorder.step("memory") as found:
                fact = self._fact_that_answers(standing, facts)
                used = [fact] if fact else related(standing, facts)
                found.update(facts=[one.id for one in used], answers=fact is not None)
            if fact is not None:
                return standing, _told(f"You told me: “{fact.text}”", recorder, on_text)
            standing = " ".join([standing, *(one.text for one in used)])
        return standing, self._workspace.ask(standing, where=where, on_text=on_text, recorder=recorder)

    def _fact_that_answers(self, question: str, facts: Sequence[Fact]) -> Fact | None:
        """Return the fact that the reader finds the answer in; None where it finds none."""
        reading = self._workspace.reader().read(question, [fact.text for fact in facts]) if facts else None
        best = reading.spans[0] if reading and reading.spans else None
        return facts[best.passage] if best and best.share > _SURE else None

    def _do(self, wish: Wish, turn: Turn, user: str) -> str:
        """Remember, forget or show, and return what to say."""
        memory = self._workspace.state().memory
        facts = list(memory.list(user=user))
        if wish.action == "show":
            return "\n".join(["You told me:", *(f"- “{fact.text}”" for fact in facts)]) if facts else _NOTHING
        if wish.action == "remember":
            said = []
            for text in wish.texts:
                old = corrected_by(text, facts)
                if old is not None and old.text != text:
                    memory.delete(old.id, user=user)
                    said.append(f"I will remember “{text}” instead of “{old.text}”")
                else:
                    said.append(f"I will remember “{text}”")
                memory.add(user=user, text=text, turn_id=turn.id)
            return "\n".join(said)
        meant = facts if wish.action == "forget all" else facts_meant(wish.texts[0], facts)
        for fact in meant:
            memory.delete(fact.id, user=user)
        return "\n".join(f"I have forgotten “{fact.text}”" for fact in meant) or _NOTHING


_NOTHING = "You have told me nothing like that."


def _told(text: str, recorder: TraceRecorder, on_text: OnText | None) -> Answer:
    """Return a reply that rests on what somebody said, not on documents."""
    if on_text is not None:
        on_text(text)
    return Answer(text=text, answered=True, confidence=1.0, trace=recorder.trace())
