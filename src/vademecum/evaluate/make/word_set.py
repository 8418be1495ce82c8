"""Lists of words, written as words."""

from __future__ import annotations


def word_set(listed: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(listed.split())
