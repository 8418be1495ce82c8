"""What a word is for metrics that leave it open: runs of letters and digits, in lower case.

Scripts that write no spaces between words give one word a run of letters.
Use: `words("It isn't far.")` gives `["it", "isn't", "far"]`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+(?:['\u2019-]\w+)*")


def words(text: str) -> list[str]:
    """Return the words of a text in lower case; inner apostrophes and hyphens stay."""
    return _WORD.findall(text.lower())


def ngrams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    """Return the runs of `n` tokens, in order, repeated ones too."""
    return list(zip(*(tokens[start:] for start in range(n)), strict=False))
