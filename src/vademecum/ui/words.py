"""How the page says figures and places: confidence, times, file names.

Use: `confidence_words(0.87)` gives "likely right".
"""

from __future__ import annotations

from pathlib import PurePath

_CONFIDENCE = ((0.9, "very likely right"), (0.7, "likely right"), (0.5, "more likely right than not"))


def confidence_words(confidence: float) -> str:
    """Return a probability of being right in words."""
    return next((words for least, words in _CONFIDENCE if confidence >= least), "uncertain")


def percent(share: float) -> str:
    """Return a share in [0, 1] as a whole percentage."""
    return f"{share * 100:.0f} %"


def milliseconds(ms: float) -> str:
    """Return a time with as many digits as matter."""
    if ms >= 1_000:
        return f"{ms / 1_000:.1f} s"
    return f"{ms:.0f} ms" if ms >= 10 else f"{ms:.1f} ms"


def file_name(source: str) -> str:
    """Return the last part of a path, or the source itself where it is no path."""
    return PurePath(source.replace("\\", "/")).name or source


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
