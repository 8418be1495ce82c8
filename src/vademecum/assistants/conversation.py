"""Talks over a workspace: each turn is understood, answered from the documents, and kept.

Owns the order of the work; understanding, answering and keeping belong to the rooms below.
Use: `Conversations(workspace.seen_by()).say("How long is the refund period?").answer.text`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from vademecum.assistants.reply import reply
from vademecum.assistants.understanding import earlier, is_spoken_of
from vademecum.generate import check_question
from vademecum.values.conversation import Conversation, Turn
from vademecum.view import WITHHELD, View, Where

OnText = Callable[[str], None]
HISTORY = 60
"""Turns before this one that are looked at to understand it."""
_TITLE_CHARS = 80


class Conversations:
    """What somebody and the program say to each other; several conversations may go on at once.

    Args:
        view: What is talked about, and by whom.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._kept = view.workspace.state().conversations

    def list(self, *, limit: int = 100, offset: int = 0) -> Sequence[Conversation]:
        """Return the user's conversations, the latest first."""
        return self._kept.list(user=self._view.viewer.user, limit=limit, offset=offset)

    def get(self, name: str) -> tuple[Conversation, Sequence[Turn]]:
        """Return a conversation of the user with its turns in their order.

        Raises:
            NotFoundError: The user has no such conversation.
        """
        talk = self._kept.get(name, user=self._view.viewer.user)
        return talk, self._seen(self._kept.turns(name))

    def delete(self, name: str) -> None:
        """Forget a conversation of the user.

        Raises:
            NotFoundError: The user has no such conversation.
        """
        self._kept.delete(name, user=self._view.viewer.user)

    def say(
        self,
        text: str,
        *,
        conversation: str = "",
        where: Where = None,
        on_text: OnText | None = None,
    ) -> Turn:
        """Answer what somebody says and keep both.

        The question is kept before it is worked on: where the work does not end, the turn has no answer.

        Args:
            text: A question, or something to remember or forget.
            conversation: Id of the conversation that goes on; empty to begin one.
            where: Conditions on documents, as in `Workspace.search`.
            on_text: Told each sentence of the answer as soon as it is verified.

        Raises:
            QuestionError: The text is empty or too long.
            NotFoundError: The user has no such conversation.
        """
        workspace, user, kept = self._view.workspace, self._view.viewer.user, self._kept
        asked = check_question(text, max_chars=workspace.config.answer.max_question_chars)
        talk = (
            kept.get(conversation, user=user)
            if conversation
            else kept.add(user=user, title=" ".join(asked.split())[:_TITLE_CHARS])
        )
        with workspace.recorded(kind="ask", asked=asked, user=user, conversation=talk.id) as call:
            before = [turn for turn in kept.turns(talk.id, last=HISTORY) if is_spoken_of(turn.asked)]
            turns = [earlier(turn) for turn in self._seen(before)]
            turn = kept.begin_turn(talk.id, asked=asked, trace_id=call.recorder.id)
            standing, call.answer = reply(
                self._view,
                asked,
                turns=turns,
                where=where,
                turn_id=turn.id,
                recorder=call.recorder,
                on_text=on_text,
            )
            turn = replace(turn, standing=standing, answer=call.answer)
            kept.end_turn(turn)
        return turn

    def _seen(self, turns: Sequence[Turn]) -> Sequence[Turn]:
        """Return turns without what may not be seen: an answer, and later questions as rewritten from it."""
        seen, withheld = [], False
        for turn in turns:
            answer = self._view.seen(turn.answer) if turn.answer else None
            seen.append(replace(turn, answer=answer, standing=turn.asked if withheld else turn.standing))
            withheld = withheld or (answer is not None and answer.text == WITHHELD)
        return seen
