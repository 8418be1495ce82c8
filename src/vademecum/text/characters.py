"""Characters that look like text and are none.

Use: `unusable("a\\x00b")` gives "\\x00".
"""

from __future__ import annotations

import re

_UNUSABLE = re.compile(r"[\x00\ud800-\udfff]")


def unusable(text: str) -> str:
    """Return the first character that databases and models refuse; empty when there is none.

    These are NUL and halves of surrogate pairs, which JSON and file names can smuggle in.
    """
    found = _UNUSABLE.search(text)
    return found[0] if found else ""
