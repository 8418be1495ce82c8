"""Talks over a workspace: each turn is understood, answered from the documents, and kept.

Owns the order of the work; understanding, answering and keeping belong to the rooms below.
Use: `Conversations(workspace).say("How long is the refund period?").answer.text`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vademecum.assistants.reply import reply
from vademecum.generate import check_question
from vademecum.values.conversation import ANYONE, Conversation, Turn
from vademecum.workspace import Workspace

OnText = Callable[[str], None]
Where = str | Sequence[str] | Mapping[str, Any] | None
HISTORY = 8
"""Turns before this one that are looked at to understand it."""
_TITLE_CHARS = 80


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
            NotFoundError: The user has no such conversation.
        """
        kept = self._workspace.state().conversations
        return kept.get(name, user=user), kept.turns(name)

    def delete(self, name: str, *, user: str = ANYONE) -> None:
        """Forget a user's conversation.

        Raises:
            NotFoundError: The user has no such conversation.
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
            QuestionError: The text is empty or too long.
            NotFoundError: The user has no such conversation.
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
            standing, call.answer = reply(
                workspace,
                asked,
                user=user,
                where=where,
                turn_id=turn.id,
                recorder=call.recorder,
                on_text=on_text,
            )
            turn = replace(turn, standing=standing, answer=call.answer)
            kept.end_turn(turn)
        return turn
