"""Where sentences begin and end: exact character spans of a text, by rules.

Owns the split only; a table row, a list item and a paragraph end a sentence too. Latin and CJK
punctuation is known, and English, German, French and Spanish abbreviations; scripts that end
sentences otherwise (Thai, Devanagari without danda) come back a paragraph at a time.

Use: `split_sentences("Dr. No left. He won.")` gives `[(0, 12), (13, 20)]`.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

_CLOSERS = "\"'”\u2019»)\\]\uff09」』】》"
_END = re.compile(
    rf"(?P<wide>[。\uff01\uff1f｡]+[{_CLOSERS}]*)"
    rf"|(?<![.!?…])(?P<stop>[.!?…।؟]++)[{_CLOSERS}*_]*+(?:\[[\d,\s]{{1,12}}\])*+(?=\s|$)"
    r"|(?P<break>\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-*•▪◦\u2013·]|\(?\d{1,3}[.)]|[a-z][.)])[^\S\n]))"
)
_ROW = re.compile(r"^[^\n]*(?: \| |\t)[^\n]*$", re.MULTILINE)
_WORD = re.compile(r"[^\s(\[\"'“\u2018«]+$")
_NEXT = re.compile(r"\s*[\"'“\u2018«(\[*_]*(\S[^\s.,;:!?]*)")
_NUMBERING = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})\.")
_NUMBERING_CHARS = 12
_DOTTED = re.compile(r"(?:\w\.)+\w?")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_TITLES = _words(
    "mr mrs ms dr prof st sr jr mt ft gen col capt lt sgt maj adm rev hon sen rep gov pres fr hr frau"
    " messrs mme mlle sra dra ing vs viz cf eg ie e.g i.e al approx ca resp bzw vgl"
)
"""Abbreviations that a sentence does not end with."""
_BEFORE_NUMBER = _words(
    "no nos nr fig figs eq eqs sec secs ch vol vols p pp art par tab ref refs app op pt v"
    " jan feb mar apr jun jul aug sep sept oct nov dec c ca"
)
"""Abbreviations when a number follows, else words that may end a sentence."""
_MAY_END = _words("inc ltd co corp llc etc dept univ est bros ave blvd rd usw plc assn intl")
"""Abbreviations that end a sentence only before a word that opens one."""
_OPENERS = _words(
    "a an the this that these those it its he she they we you i his her their our there here in on at by"
    " for from after before during since while when where as if although though however but and or so also"
    " many most some all both each one two three another other such under with within what why how who"
    " no not to of because despite today later then thus"
)
"""Lower-cased words that open a sentence when capitalised."""


def split_sentences(text: str) -> list[Span]:
    """Return the span `[start, end)` of every sentence, in order.

    Args:
        text: Any text; offsets count its characters.

    Returns:
        Spans that do not overlap, begin and end on a visible character, and together hold every
        visible character of `text`.

    Example:
        >>> split_sentences("It cost 3.5 million. Why?")
        [(0, 20), (21, 25)]
    """
    spans: list[Span] = []
    start = 0
    for row in _ROW.finditer(text):
        _split_prose(spans, text, start, row.start())
        _add(spans, text, row.start(), row.end())
        start = row.end()
    _split_prose(spans, text, start, len(text))
    return spans


def _split_prose(spans: list[Span], text: str, start: int, end: int) -> None:
    """Append the sentences of `[start, end)`, which holds no table row."""
    for match in _END.finditer(text, start, end):
        if match["stop"] and not _ends(text, start, end, match):
            continue
        _add(spans, text, start, match.end())
        start = match.end()
    _add(spans, text, start, end)


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    """Append `[start, end)` without its blank ends."""
    piece = text[start:end]
    left, right = len(piece) - len(piece.lstrip()), len(piece.rstrip())
    if left < right:
        spans.append((start + left, start + right))


def _ends(text: str, start: int, end: int, match: re.Match[str]) -> bool:
    """Tell whether the punctuation found ends the sentence that began at `start`."""
    following = _NEXT.match(text, match.end(), end)
    if following is None:
        return True
    word = following[1]
    if word[0].islower():
        return "\n\n" in text[match.end() : following.start(1)]
    if match["stop"] != ".":
        return True
    return not _abbreviates(text, start, match.start(), word)


def _abbreviates(text: str, start: int, dot: int, following: str) -> bool:
    """Tell whether the full stop at `dot` belongs to the word before it."""
    found = _WORD.search(text, max(start, dot - 40), dot)
    if found is None:
        return False
    word = found[0].lower()
    opens = following.lower() in _OPENERS and following[0].isupper()
    if word in _TITLES:
        return True
    if word in _BEFORE_NUMBER and following[0].isdigit():
        return True
    if dot - start < _NUMBERING_CHARS and _NUMBERING.fullmatch(text[start : dot + 1].strip()):
        return True
    if len(word) == 1 and word.isalpha():
        return word != "i" and not opens if found[0].isupper() else word in "pvc" and following[0].isdigit()
    if word in _MAY_END or _DOTTED.fullmatch(word):
        return not opens
    return False
