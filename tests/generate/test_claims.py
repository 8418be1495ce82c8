"""What a quote supports and what it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answer_samples import overlap

from vademecum.generate.claims import Aligner, Reading, strip_marks
from vademecum.generate.evidence import Evidence

QUESTION = "How long can goods be returned?"


@pytest.fixture
def align(evidence_for: Callable[[str], Evidence]) -> Callable[[str], str | None]:
    def quote_for(claim: str, question: str = QUESTION) -> str | None:
        unit = Aligner(question, evidence_for(question), score_pairs=overlap).align(claim)
        return unit.text if unit else None

    return quote_for


@pytest.mark.parametrize(
    "claim",
    [
        "Goods can be returned within 30 days of delivery.",
        "You can return goods within 30 days.",
        "30 days of delivery.",
    ],
)
def test_supported(align: Callable[[str], str | None], claim: str) -> None:
    assert align(claim) == "Goods can be returned within 30 days of delivery."


@pytest.mark.parametrize(
    "claim",
    [
        "Goods can be returned within 31 days of delivery.",
        "Goods can be returned within 30 weeks of delivery.",
        "Goods can not be returned within 30 days of delivery.",
        "Goods can be returned within 30 days of delivery to Paris.",
        "The returns desk is led by Peter Lopez.",
        "Goods (ACME) can be returned within 30 days of delivery.",
        "EU goods can be returned within 30 days of delivery.",
        "The moon is made of cheese.",
        "Yes.",
        "It is.",
        "",
    ],
)
def test_not_supported(align: Callable[[str], str | None], claim: str) -> None:
    assert align(claim) is None


def test_header_and_title_count_as_known(align: Callable[[str], str | None]) -> None:
    assert align("The lamp costs 12 EUR.", "What does the lamp cost?") == "Lamp | 12 EUR"


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("It takes 30 days [1].", "It takes 30 days."),
        ("It takes 30 days. [1, 2]", "It takes 30 days."),
        ("It takes[^3] 30 days【7†source】.", "It takes 30 days."),
        ("It takes 30 days (Source: handbook, page 3).", "It takes 30 days."),
        ("[quote: 'made up'] It takes\n30 days.", "It takes 30 days."),
        ("The array a[i] holds [sic] two.", "The array a[i] holds [sic] two."),
    ],
)
def test_marks_of_the_model_are_stripped(written: str, plain: str) -> None:
    assert strip_marks(written).strip() == plain


def test_numbers_without_grouping_and_as_words() -> None:
    assert Reading("1,200 lamps and three chairs, 3.5 kg").numbers == {"1200", "3", "3.5"}
