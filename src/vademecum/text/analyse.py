"""Text to the terms that lexical search compares; chunks and queries go through the same function.

Use: `analyse("Errors like ERR-4021")` gives ['error', 'like', '=err-4021', 'err', '4021'].
"""

from __future__ import annotations

import re
import threading
import unicodedata

import Stemmer

ANALYSER = "analyse.english.v1"
"""Name and version, stored with the chunks; a change of behaviour changes it."""

_STOP_LIST = """
a an and are as at be but by for if in into is it no not of on or such that the their then there these
they this to was will with about above after again all am any because been before being below between both
can could did do does doing during each few from further had has have having he her here hers him himself
his how i its itself just me more most my nor now off once only other our ours out over own same she
should so some than them those through too under until up very we were what when where which while who
whom why would you your yours may might must shall also us
"""
STOP_WORDS = frozenset(_STOP_LIST.split())
"""Words too common to tell passages apart."""

# Scripts written without spaces (CJK, Hangul, Thai, Lao, Khmer, Burmese) become bigrams.
_DENSE = (
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\u0e01-\u0e4e\u0e81-\u0ece\u1780-\u17d3\u1000-\u1049"
)
# Latin, Greek and Cyrillic accents, Hebrew and Arabic points: dropped.
_DROPPED = re.compile("[\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670]+")
# Indic vowel signs that belong to a word though "\w" leaves them out.
_MARKS = "\u0900-\u0963\u0966-\u0dff"
_CHAR = rf"(?:[^\W_{_DENSE}]|[{_MARKS}])"
# A dense run, or a word that may hold inner joiners (ERR-4021, v1.2, a/b, o'neil).
_TOKEN = re.compile(rf"[{_DENSE}]+|{_CHAR}+(?:[-_./:@'\u2019]{_CHAR}+)*")
_IS_DENSE = re.compile(rf"[{_DENSE}]")
_JOINER = re.compile(r"[-_./:@]+")
_CLITICS = frozenset({"s", "re", "ve", "ll", "d", "m"})
_HAS_DIGIT = re.compile(r"\d")
_LOCAL = threading.local()  # a Stemmer object must not be shared between threads


def _stem(words: list[str]) -> list[str]:
    stemmer = getattr(_LOCAL, "stemmer", None)
    if stemmer is None:
        stemmer = _LOCAL.stemmer = Stemmer.Stemmer("english")
    stems: list[str] = stemmer.stemWords(words)
    return stems


def _fold(text: str) -> str:
    """Lower-case, unify compatibility forms and strip accents."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold()
    parts = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _DROPPED.sub("", parts))  # recomposes Hangul and kana


def analyse(text: str) -> list[str]:
    """Return the index terms of a text.

    Words are folded, stop words dropped and the rest Snowball-stemmed. A joined
    token that holds a digit ("ERR-4021", "2.1.0") yields its parts and, marked
    with "=", the whole, so an exact identifier outranks its pieces. Scripts
    without spaces yield overlapping bigrams (a single character stays as it is).

    Args:
        text: Any text.

    Returns:
        Terms in reading order, with repetition.

    Example:
        >>> analyse("Errors like ERR-4021")
        ['error', 'like', '=err-4021', 'err', '4021']
    """
    out: list[str] = []
    for match in _TOKEN.finditer(_fold(text)):
        word = match.group()
        if word[0] >= "\u0e01" and _IS_DENSE.match(word):
            out.extend([word] if len(word) == 1 else (word[i : i + 2] for i in range(len(word) - 1)))
            continue
        if "'" in word or "\u2019" in word:
            head, _, tail = word.replace("\u2019", "'").rpartition("'")
            if tail == "t":  # don't, isn't: a negation, and so a stop word
                word = "not"
            else:
                word = head.replace("'", "") if tail in _CLITICS else (head + tail).replace("'", "")
        if _JOINER.search(word) is None:
            out.append(word)
            continue
        if _HAS_DIGIT.search(word):
            out.append("=" + word)
        out.extend(part for part in _JOINER.split(word) if part)
    return _stem([word for word in out if word not in STOP_WORDS])
