"""Exact match, F1, contains and edit distance against plain definitions."""

from __future__ import annotations

import collections
import re
import string

import pytest
from nltk.metrics import edit_distance

from vademecum.evaluate.protocols import MetricTools, Pair
from vademecum.evaluate.score import score_texts


def _pair(prediction: str, *references: str) -> Pair:
    return Pair(prediction=prediction, references=references)


PAIRS = [
    _pair("The Eiffel Tower!", "eiffel tower"),
    _pair("in 1889, I think", "1889", "the year 1889"),
    _pair("", "Paris"),
    _pair("", ""),
]


def test_small_pairs(no_tools: MetricTools) -> None:
    found = score_texts(["exact-match", "f1", "contains", "edit-distance"], PAIRS, no_tools)
    assert found["exact-match"].items == (1, 0, 0, 1)
    assert found["f1"].items == pytest.approx((1, 2 / 5, 0, 1))
    assert found["contains"].items == (1, 1, 0, None)
    assert found["contains"].failed == 1
    assert found["contains"].value == pytest.approx(2 / 3)
    assert found["edit-distance"].items[2:] == (1, 0)


def test_contains_folds_case_and_spaces(no_tools: MetricTools) -> None:
    found = score_texts("contains", [_pair("It is the\n EIFFEL  tower.", "Eiffel Tower")], no_tools)
    assert found["contains"].value == 1


def _reference_words(text: str) -> list[str]:
    kept = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", kept).split()


def _reference_f1(prediction: str, reference: str) -> float:
    found, wanted = _reference_words(prediction), _reference_words(reference)
    same = sum((collections.Counter(found) & collections.Counter(wanted)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(found), same / len(wanted)
    return 2 * precision * recall / (precision + recall)


def test_f1_on_real_pairs(summary_pairs: list[Pair], no_tools: MetricTools) -> None:
    wanted = [max(_reference_f1(pair.prediction, one) for one in pair.references) for pair in summary_pairs]
    found = score_texts("f1", summary_pairs, no_tools)["f1"]
    assert found.items == pytest.approx(wanted, abs=1e-4)
    assert found.value == pytest.approx(sum(wanted) / len(wanted), abs=1e-4)


def test_exact_match_and_contains_on_real_pairs(caption_pairs: list[Pair], no_tools: MetricTools) -> None:
    """Each caption with a normalised twin, with the longest word of its own, or with another caption."""
    pairs = []
    for number, pair in enumerate(caption_pairs):
        twin = f"  THE {pair.prediction.rstrip('.').upper()}"
        longest = max(pair.prediction.split(), key=len)
        pairs.append(_pair(pair.prediction, (twin, longest, pair.references[0])[number % 3]))
    found = score_texts(["exact-match", "contains"], pairs, no_tools)
    for number, pair in enumerate(pairs):
        same = _reference_words(pair.prediction) == _reference_words(pair.references[0])
        held = " ".join(pair.references[0].lower().split()) in " ".join(pair.prediction.lower().split())
        assert found["exact-match"].items[number] == same
        assert found["contains"].items[number] == held
    assert found["exact-match"].value == pytest.approx(67 / 200)
    assert found["contains"].value == pytest.approx(67 / 200)


def test_edit_distance_on_real_pairs(caption_pairs: list[Pair], no_tools: MetricTools) -> None:
    wanted = [
        edit_distance(pair.prediction, pair.references[0])
        / max(len(pair.prediction), len(pair.references[0]))
        for pair in caption_pairs
    ]
    found = score_texts("edit-distance", caption_pairs, no_tools)["edit-distance"]
    assert found.items == pytest.approx(wanted, abs=1e-4)
