"""Which of several readings somebody picks.

Use: `picked("the second", ("When does the Lyon office open?", "When does the Nice office open?"))`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vademecum.retrieve.understand.lexicon import ORDINALS
from vademecum.text.analyse import analyse

_NUMBER = re.compile(r"\W*(?:number |no\.? |option |#)?(\d)\W*", re.I)
_PLACE = re.compile(
    rf"\W*(?:(?:i mean|i meant|yes|ok|please|well)\b[\s,]*)*(?:the )?({'|'.join(ORDINALS)}|former|latter)"
    r"(?: (?:one|reading|option|choice|question))?(?:,? please)?\W*",
    re.I,
)
_MOST_TERMS = 6


def picked(said: str, choices: Sequence[str]) -> str:
    """Return the choice that is picked; empty when what was said picks none of them.

    Args:
        said: A number, a place in the list, the choice itself, or words that only one of them holds.
        choices: What can be picked.
    """
    if number := _NUMBER.fullmatch(said):
        at = int(number[1]) - 1
        return choices[at] if 0 <= at < len(choices) else ""
    if place := _PLACE.fullmatch(said):
        word = place[1].lower()
        at = {"former": 0, "latter": 1}.get(word, ORDINALS.get(word, 0))
        return choices[at] if -len(choices) <= at < len(choices) else ""
    terms = set(analyse(said))
    held = [set(analyse(choice)) for choice in choices]
    if terms in held:
        return choices[held.index(terms)]
    common = set.intersection(*held) if held else set()
    own = [len(terms & (one - common)) for one in held]
    best = max(own, default=0)
    known = set().union(*held)
    if not best or own.count(best) > 1 or len(terms) > _MOST_TERMS or len(terms - known) > 1:
        return ""
    return choices[own.index(best)]
