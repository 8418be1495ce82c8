"""Answers with the evidence itself: no model writes, so nothing can be made up.

Use: `list(ExtractWriter().write(question, evidence))`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vademecum.generate.evidence import Evidence
from vademecum.generate.protocols import Claim
from vademecum.values.style import Length

_BULLET = re.compile(r"^[-*•▪◦\u2013·]\s+")


class ExtractWriter:
    """Quotes the best sentence, and the second best when it is close.

    Args:
        length: "short" quotes one sentence, "long" up to four.
    """

    def __init__(self, length: Length = "normal") -> None:
        self._length = length

    def write(self, question: str, evidence: Evidence) -> Iterator[Claim]:
        """Yield the chosen units as claims; see `Writer.write`."""
        for unit in evidence.chosen(self._length):
            yield Claim(text=one_line(unit.reading), quote=unit)


def one_line(text: str) -> str:
    """Return a quote as running text: white space collapsed, a bullet at its start dropped."""
    return _BULLET.sub("", " ".join(text.split()))
