"""Short and long forms that the documents give for one another: "World Health Organization (WHO)".

Use: `definitions("The World Health Organization (WHO) says ...")` gives {"WHO": "World Health Organization"}.

Source: Schwartz and Hearst 2003, A simple algorithm for identifying abbreviation definitions in biomedical
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SHORT = r"[A-Z][A-Za-z0-9&-]{1,9}"
_BEHIND = re.compile(rf"((?:[\w'\u2019/-]+[ ]){{1,12}})\(({_SHORT})\)")
_INSIDE = re.compile(rf"\b({_SHORT}) \(((?:[\w'\u2019/-]+[ ]?){{2,12}})\)")
_TOKEN = re.compile(r"[A-Za-z0-9&]+(?:-[A-Za-z0-9]+)*")
_MOST = 3
"""Forms that are added to one question."""


def definitions(text: str) -> dict[str, str]:
    """Return the long form of each short form that a text explains."""
    found: dict[str, str] = {}
    for long, short in _BEHIND.findall(text):
        words = long.split()[-min(len(short) + 5, 2 * len(short)) :]
        if _is_short(short) and (form := _long_form(short, words)):
            found.setdefault(short, form)
    for short, long in _INSIDE.findall(text):
        if _is_short(short) and (form := _long_form(short, long.split())) and form.split() == long.split():
            found.setdefault(short, form)
    return found


def other_forms(question: str, passages: Iterable[str]) -> dict[str, str]:
    """Return the forms of a question's terms that passages explain: what is to be added, by what is there.

    Args:
        question: A question with short forms in capital letters, or with long ones.
        passages: Where forms may be explained.
    """
    folded = f" {' '.join(_TOKEN.findall(question)).casefold()} "
    tokens = set(_TOKEN.findall(question))
    found: dict[str, str] = {}
    for passage in passages:
        for short, long in definitions(passage).items():
            form = f" {' '.join(_TOKEN.findall(long)).casefold()} "
            if short in tokens and form not in folded:
                found.setdefault(short, long)
            elif form in folded and short not in tokens:
                found.setdefault(long, short)
    return dict(list(found.items())[:_MOST])


def _is_short(short: str) -> bool:
    """Say whether a word in brackets may be a short form: letters, at least two of them capitals."""
    return sum(letter.isupper() for letter in short) >= 2


def _long_form(short: str, words: list[str]) -> str:
    """Return the shortest end of `words` that holds the letters of a short form in order; empty for none."""
    text = " ".join(words)
    at = len(text) - 1
    letters = [letter.lower() for letter in short if letter.isalnum()]
    for number in range(len(letters) - 1, -1, -1):
        while at >= 0 and (
            text[at].lower() != letters[number] or (number == 0 and at > 0 and text[at - 1].isalnum())
        ):
            at -= 1
        if at < 0:
            return ""
        at -= 1
    form = text[at + 1 :]
    return form if len(form) > len(short) + 1 and short not in form.split() else ""
