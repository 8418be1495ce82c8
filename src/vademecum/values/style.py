"""How somebody wants to be answered.

Use: `Style.of({"length": "short", "language": "German"})`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self, cast, get_args

Length = Literal["short", "normal", "long"]
LENGTHS: tuple[Length, ...] = get_args(Length)
LANGUAGES = (
    *(
        "Arabic",
        "Bengali",
        "Bulgarian",
        "Catalan",
        "Chinese",
        "Croatian",
        "Czech",
        "Danish",
        "Dutch",
        "English",
    ),
    *(
        "Estonian",
        "Finnish",
        "French",
        "German",
        "Greek",
        "Hebrew",
        "Hindi",
        "Hungarian",
        "Indonesian",
        "Irish",
    ),
    *("Italian", "Japanese", "Korean", "Latvian", "Lithuanian", "Malay", "Norwegian", "Persian", "Polish"),
    *("Portuguese", "Romanian", "Russian", "Serbian", "Slovak", "Slovenian", "Spanish", "Swedish", "Thai"),
    *("Turkish", "Ukrainian", "Urdu", "Vietnamese", "Welsh"),
)
TONES = (
    "casual",
    "confident",
    "direct",
    "formal",
    "friendly",
    "humorous",
    "neutral",
    "polite",
    "simple",
    "warm",
)
PREFERENCES: Mapping[str, tuple[str, ...]] = {"length": LENGTHS, "tone": TONES, "language": LANGUAGES}
"""What can be set, and to what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How an answer is worded.

    Attributes:
        length: "short" for one sentence, "long" for more of the evidence.
        tone: One of `TONES`; empty for the model's own.
        language: One of `LANGUAGES`; empty for that of the sources.
    """

    length: Length = "normal"
    tone: str = ""
    language: str = ""

    @classmethod
    def of(cls, preferences: Mapping[str, str]) -> Self:
        """Return the style that preferences name; what is not known here is left out."""
        kept = {name: value for name, value in preferences.items() if value in PREFERENCES.get(name, ())}
        length = cast("Length", kept.get("length", "normal"))
        return cls(length=length, tone=kept.get("tone", ""), language=kept.get("language", ""))
