"""What a talk says of itself: "the first thing I asked about" becomes what that was.

Use: `put_in_topics("When was the first thing I asked about built?", turns, read=read)`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vademecum.retrieve.understand.lexicon import ORDINALS
from vademecum.retrieve.understand.mentions import phrases
from vademecum.retrieve.understand.turns import Earlier, Read

_WHICH = rf"(?P<which>{'|'.join(ORDINALS)}|previous)"
_ASKED = r"(?:i|we) (?:asked|spoke|talked|wanted to know)(?: you)?(?: about)?"
_THING = re.compile(
    rf"\b(?:the|my) (?:very )?{_WHICH} (?:thing|topic|subject|question|place|person|company)"
    rf"(?: that)? {_ASKED}"
    rf"|\bwhat {_ASKED} (?P<when>first|last|before|at first|at the (?:beginning|start))",
    re.I,
)


def turn_meant(words: str, turns: Sequence[Earlier]) -> Earlier | None:
    """Return the turn that words such as "second" or "at the beginning" tell; None when there is none."""
    word = words.casefold().removeprefix("at ").removeprefix("the ")
    at = {"beginning": 0, "start": 0, "before": -1, "previous": -1}.get(word, ORDINALS.get(word, 0))
    return turns[at] if -len(turns) <= at < len(turns) else None


def put_in_topics(question: str, turns: Sequence[Earlier], *, read: Read) -> str:
    """Return a question with what earlier turns were about in the place of words that point to them."""

    def topic(found: re.Match[str]) -> str:
        turn = turn_meant(found["which"] or found["when"], turns)
        spoken = phrases(read(turn.standing)) if turn else []
        best = max(
            (one for one in spoken if not one.asked), key=lambda one: (one.weight, one.joined), default=None
        )
        return best.text if best else found[0]

    return _THING.sub(topic, question)
