"""How a choice is given back to who asked, and read again where only its text is known.

Use: `choices_in(ask_back(("When does the Lyon office open?", "When does the Nice office open?")))`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

WHICH = "Which do you mean?"
_LINE = re.compile(r"^\d+\. (.+)$", re.M)


def ask_back(choices: Sequence[str]) -> str:
    """Return the question which of several readings is meant."""
    return "\n".join([WHICH, *(f"{number}. {one}" for number, one in enumerate(choices, start=1))])


def choices_in(text: str) -> tuple[str, ...]:
    """Return the readings that a text asks to choose from; none when it asks nothing of the kind."""
    return tuple(_LINE.findall(text)) if text.startswith(WHICH) else ()
