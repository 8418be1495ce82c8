"""What may stand in a stored text: cleaning of characters, nothing about structure.

Use: `clean_text("so\\u00adft\\r\\n")` gives "soft" and a newline.
"""

from __future__ import annotations

import re
import unicodedata

_HYPHENATED = re.compile(
    r"[\u0002\u00ad\ufffe]\n?(?=\w)"
)  # PDFium writes a line-end hyphen as U+0002 or U+FFFE
_SPACES = re.compile(r"[\f\v\u0085\u2028\u2029]")
_DROPPED = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]"
)
SHIELDS = "\ufdd0\ufdd1\ufdd2"
"""Characters no text may hold (Unicode noncharacters), standing for &, < and > (see `docx.py`)."""
_UNSHIELD = str.maketrans(SHIELDS, "&<>")
_INNER_SPACE = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """Return `text` in NFC with `\\n` line ends and without control, zero-width and soft-hyphen characters.

    The number of lines stays the same; joiners that scripts need (U+200C, U+200D) and direction marks stay.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _DROPPED.sub("", _SPACES.sub(" ", text))
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_UNSHIELD))


def clean_block(text: str) -> str:
    """Return `text` cleaned, hyphenated line ends joined, lines stripped, blank lines dropped."""
    if not text.isascii() or "\x02" in text:
        text = _HYPHENATED.sub("", text.replace("\r\n", "\n"))
    lines = (line.strip(" \t\u00a0") for line in clean_text(text).split("\n"))
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    """Return `text` cleaned, every run of white space as one space."""
    return _INNER_SPACE.sub(" ", clean_text(text)).strip()
