"""The confidence, its features, and the kind of answer a question asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from vademecum.generate.answer_type import lacks_expected
from vademecum.generate.calibration import Features, confidence_in, features_of
from vademecum.generate.evidence import Evidence

GOOD = Features(span=12.0, support=0.9, logit=8.0, names_missing=0, denied=0, off_type=0)


def test_confidence_falls_with_everything_that_speaks_against() -> None:
    worse = [
        replace(GOOD, **change)
        for change in ({"logit": 0.0}, {"names_missing": 1}, {"denied": 1}, {"off_type": 1})
    ]
    assert all(0 < confidence_in(features) < confidence_in(GOOD) < 1 for features in worse)


def test_extremes_are_probabilities() -> None:
    assert 0 <= confidence_in(replace(GOOD, logit=-1e6)) <= confidence_in(replace(GOOD, logit=1e6)) <= 1


def test_features(evidence_for: Callable[[str], Evidence]) -> None:
    def features(question: str) -> Features:
        return features_of(question, evidence_for(question))

    assert features("How many days can goods be returned?").names_missing == 0
    assert features("How many days can goods be returned in Paris?").names_missing == 1
    assert features("When can goods not be returned within 30 days?").denied == 1


@pytest.mark.parametrize(
    ("question", "text", "lacks"),
    [
        ("How many chairs are there?", "There are four chairs.", False),
        ("How many chairs are there?", "There are chairs.", True),
        ("How many of the 12 chairs broke?", "Of the 12 chairs some broke.", True),
        ("When was it built?", "It was built in 1901.", False),
        ("When was it built?", "It is tall.", True),
        ("Who leads Sales?", "Sales is led by Maria Lopez.", False),
        ("Who leads Sales?", "It is led well.", True),
        ("Why is it tall?", "It is.", False),
    ],
)
def test_expected_kind(question: str, text: str, lacks: bool) -> None:
    assert lacks_expected(question, text) is lacks
