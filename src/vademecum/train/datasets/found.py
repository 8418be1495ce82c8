"""What a reader finds in a row of a file: an example, or why there is none.

Use: `Found(where="qa.jsonl, line 3", reason=MISPLACED, detail="'30 days' does not stand at 12")`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from vademecum.values import Example, Span, Split

MISPLACED = "answer does not stand at its place"
UNANSWERED = "no answer, and not marked as unanswerable"
EMPTY = "empty text"
WRONG = "missing or wrong field"
NO_DOCUMENT = "judged document is not in the corpus"
NO_REPLY = "no turn of an assistant"

SPLIT_NAMES: Mapping[str, Split] = MappingProxyType(
    {
        "train": "train",
        "training": "train",
        "dev": "dev",
        "val": "dev",
        "valid": "dev",
        "validation": "dev",
        "test": "test",
    }
)
"""What others call the parts of a split."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One row.

    Attributes:
        where: File and place in it.
        example: The example; None when the row cannot be used.
        reason: Why it cannot be used, as a kind.
        detail: The value that is wrong.
        split: Part the data puts it into; None where the data does not say.
    """

    where: str
    example: Example | None = None
    reason: str = ""
    detail: str = ""
    split: Split | None = None


def digest(*parts: str) -> str:
    """Return 16 hexadecimal digits of SHA-256: a name for a row or group that has none."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def field_or(row: Mapping[str, Any], name: str, default: str) -> str:
    """Return a field as text, or `default` where it is absent or empty."""
    value = row.get(name)
    return default if value is None or value == "" else str(value)


def fitting(spans: list[Span], context: str) -> tuple[tuple[Span, ...], str]:
    """Return the distinct spans that stand where they say, and what is wrong with the first that does not."""
    wrong = ""
    for span in spans:
        if not span.fits(context) and not wrong:
            there = context[max(span.start, 0) : max(span.start, 0) + max(len(span.text), 1)]
            wrong = f"{_short(span.text)} does not stand at {span.start}, there is {_short(there)}"
    return tuple(dict.fromkeys(span for span in spans if span.fits(context))), wrong


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
