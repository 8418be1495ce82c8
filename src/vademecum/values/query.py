"""Filters on metadata: what a person writes, and whether a document passes.

Use: `parse_filter("year >= 2020").keeps({"year": 2021})`.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vademecum.errors import InputError

_PATTERN = re.compile(r"\s*([\w.\-]+)\s*(!=|>=|<=|=|>|<|~)\s*(.*?)\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition on a document.

    Attributes:
        field: "document", "title", "media_type", or a key of the document's metadata.
        op: "=", "!=", "<", "<=", ">", ">=", or "~" for a shell pattern such as "*.pdf".
        value: What to compare with; numbers compare as numbers.
    """

    field: str
    op: str
    value: str

    def keeps(self, fields: Mapping[str, Any]) -> bool:
        """Say whether a document with these fields passes; a missing field passes only "!="."""
        found = fields.get(self.field)
        if isinstance(found, (list, tuple)):
            results = [self._compare(item) for item in found]
            return all(results) if self.op == "!=" else any(results)
        if found is None:
            return self.op == "!="
        return self._compare(found)

    def _compare(self, found: Any) -> bool:
        if self.op == "~":
            return fnmatch.fnmatch(str(found).casefold(), self.value.casefold())
        left, right = _comparable(found, self.value)
        if self.op == "=":
            return bool(left == right)
        if self.op == "!=":
            return bool(left != right)
        if self.op in ("<", "<="):
            return bool(left < right) or (self.op == "<=" and left == right)
        return bool(left > right) or (self.op == ">=" and left == right)


def parse_filter(text: str) -> Filter:
    """Read a condition such as `author = Ana`, `year >= 2020` or `document ~ *.pdf`.

    Raises:
        InputError: The text is not a condition.
    """
    match = _PATTERN.match(text)
    if match is None:
        raise InputError(
            f"{text!r} is not a filter. Write a field, one of = != < <= > >= ~, and a value: 'year >= 2020'."
        )
    return Filter(field=match[1], op=match[2], value=match[3])


def parse_filters(where: str | Sequence[str] | Mapping[str, Any] | None) -> tuple[Filter, ...]:
    """Read what a caller gives: one condition, several, or a mapping of fields to wanted values.

    Raises:
        InputError: One of them is not a condition.
    """
    if where is None:
        return ()
    if isinstance(where, str):
        return (parse_filter(where),)
    if isinstance(where, Mapping):
        return tuple(Filter(field=field, op="=", value=str(value)) for field, value in where.items())
    return tuple(parse_filter(text) for text in where)


def _comparable(found: Any, wanted: str) -> tuple[Any, Any]:
    """Return both sides as numbers when both are, else as casefolded text."""
    try:
        return float(found), float(wanted)
    except (TypeError, ValueError):
        return str(found).casefold(), wanted.casefold()
