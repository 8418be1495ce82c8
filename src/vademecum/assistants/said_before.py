"""Questions about the conversation itself, answered from its turns.

Use: `what_was_said("What was my first question?", turns)`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vademecum.retrieve.understand import Earlier, turn_meant
from vademecum.retrieve.understand.lexicon import ORDINALS

_WHICH = rf"(?:very )?(?P<which>{'|'.join(ORDINALS)}|previous)"
_WHEN = r"(?P<when>first|last|before|at the (?:beginning|start))"
_ASKED = re.compile(
    rf"\W*what (?:was|is) (?:my|the) {_WHICH} (?:question|thing)"
    rf"(?: that)?(?: (?:i|we) (?:asked|talked)(?: you)?(?: about)?)?\W*",
    re.I,
)
_ASKED_WHEN = re.compile(rf"\W*what did (?:i|we) (?:ask|talk about)(?: you)?(?: about)? {_WHEN}\W*", re.I)
_ANSWERED = re.compile(
    rf"\W*what (?:was your {_WHICH} answer|did you (?:answer|say|reply) to (?:my|the) (?:very )?"
    rf"(?P<when>{'|'.join(ORDINALS)}|previous) (?:question|thing)(?: (?:i|we) asked(?: you)?)?)\W*",
    re.I,
)


def what_was_said(asked: str, turns: Sequence[Earlier]) -> str:
    """Return what to say to a question about the conversation itself; empty when it is none."""
    found = _ASKED.fullmatch(asked) or _ASKED_WHEN.fullmatch(asked)
    answered = _ANSWERED.fullmatch(asked)
    if found is not None:
        named = found.groupdict()
        turn = turn_meant(named.get("which") or named.get("when") or "", turns)
        return f"You asked: “{turn.asked}”" if turn else ""
    if answered is None:
        return ""
    turn = turn_meant(answered["which"] or answered["when"], turns)
    if turn is None:
        return ""
    return f"To “{turn.asked}” I answered: {turn.answer or 'that the documents do not seem to tell.'}"
