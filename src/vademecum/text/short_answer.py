"""Compares short answers as SQuAD does.

Use: `token_f1("the red car", "red cars")`.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normal_answer(text: str) -> str:
    """Return a text in lower case, without punctuation and articles, with single spaces.

    Source: Rajpurkar et al. 2016, the evaluation script.
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def token_f1(prediction: str, reference: str) -> float:
    """Return the F1 of the words two answers share, 0 to 1; two answers without words are equal.

    Source: Rajpurkar et al. 2018 (SQuAD 2.0), the evaluation script.
    """
    found, wanted = normal_answer(prediction).split(), normal_answer(reference).split()
    if not found or not wanted:
        return float(found == wanted)
    shared = sum((Counter(found) & Counter(wanted)).values())
    return 2 * shared / (len(found) + len(wanted))


def closest(prediction: str, references: Iterable[str]) -> tuple[float, float]:
    """Return whether an answer is one of several exactly (0 or 1), and its best F1 with any of them."""
    pairs = [
        (float(normal_answer(prediction) == normal_answer(one)), token_f1(prediction, one))
        for one in references
    ]
    return max(exact for exact, _ in pairs), max(overlap for _, overlap in pairs)


def says(text: str, answer: str) -> bool:
    """Say whether the words of an answer stand in a text one after the other."""
    return f" {normal_answer(answer)} " in f" {normal_answer(text)} "
