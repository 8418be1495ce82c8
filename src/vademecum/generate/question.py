"""Checks a question before anything is spent on it.

Use: `check_question("  How long? ", max_chars=8000)` gives "How long?".
"""

from __future__ import annotations

from vademecum.errors import QuestionError
from vademecum.text.characters import unusable

_SHOWN_CHARS = 40


def check_question(question: str, *, max_chars: int = 8_000) -> str:
    """Return the question without blank ends.

    Raises:
        QuestionError: It is empty, longer than `max_chars` characters, or holds one that is none.
    """
    if bad := unusable(question):
        raise QuestionError(f"the question holds {bad!r}, which is no character. Leave it out.")
    if len(question) > max_chars:
        shown = question[:_SHOWN_CHARS]
        raise QuestionError(
            f"the question has {len(question)} characters ('{shown}...'), at most {max_chars} are allowed."
            " Shorten it, or raise answer.max_question_chars."
        )
    stripped = question.strip()
    if not stripped:
        raise QuestionError('the question is empty. Ask something: vade ask "How long is the warranty?"')
    return stripped
