"""Which units answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answer_samples import HANDBOOK, hit_of, overlap

from vademecum.generate import evidence as evidence_module
from vademecum.generate.evidence import Evidence, find_evidence
from vademecum.generate.units import find_units
from vademecum.values import Document, Hit


def test_best_sentence_with_its_place(evidence_for: Callable[[str], Evidence]) -> None:
    best = evidence_for("Within how many days can goods be returned?").best
    assert best.text == "Goods can be returned within 30 days of delivery."
    assert HANDBOOK.text[best.start : best.end] == best.text


def test_offsets_count_from_the_document_not_the_chunk() -> None:
    start = HANDBOOK.text.index("Refunds")
    found = find_evidence(
        "Where are refunds paid?", find_units([hit_of(HANDBOOK, start=start)]), score_pairs=overlap
    )
    assert found.best.start == start
    assert HANDBOOK.text[found.best.start : found.best.end] == found.best.text


def test_few_sentences_are_scored(hits: list[Hit]) -> None:
    long = Document(source="long.txt", text=" ".join(f"Item {number} is here." for number in range(200)))
    found = find_evidence("Where is item 7?", find_units([hit_of(long), *hits]), score_pairs=overlap)
    assert len(found.scored) == evidence_module.SENTENCES_SCORED
    assert len(found.units) > 200


def test_second_sentence_only_when_close() -> None:
    document = Document(source="a.txt", text="Alpha beta gamma. Alpha beta delta. Nothing here.")
    score = {"Alpha beta gamma.": 5.0, "Alpha beta delta.": 4.0, "Nothing here.": -9.0}
    for second, expected in ((4.0, 2), (-4.0, 1)):
        score["Alpha beta delta."] = second
        found = find_evidence(
            "alpha",
            find_units([hit_of(document)]),
            score_pairs=lambda _, texts: [score[text] for text in texts],
        )
        assert len(found.chosen()) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [("alpha", ["Second alpha.", "First alpha."]), ("Why alpha?", ["First alpha.", "Second alpha."])],
)
def test_the_best_comes_first_and_an_explanation_keeps_the_order(question: str, expected: list[str]) -> None:
    document = Document(source="a.txt", text="First alpha. Second alpha.")
    score = {"First alpha.": 4.0, "Second alpha.": 5.0}
    found = find_evidence(
        question, find_units([hit_of(document)]), score_pairs=lambda _, texts: [score[text] for text in texts]
    )
    assert [unit.text for unit in found.chosen()] == expected


def test_no_hits() -> None:
    assert find_evidence("x", [], score_pairs=overlap).scored == ()


def test_each_sentence_has_a_verdict_and_the_trace_tells_it_without_words() -> None:
    text = "Alpha beta gamma. Alpha beta delta. Alpha no. " + " ".join(
        f"Item {n} is here." for n in range(20)
    )
    document = Document(source="a.txt", text=text)
    score = {"Alpha beta gamma.": 5.0, "Alpha beta delta.": 4.0, "Alpha no.": 4.5}
    found = find_evidence(
        "alpha beta",
        find_units([hit_of(document)]),
        score_pairs=lambda _, texts: [score.get(text, -9.0) for text in texts],
    )
    verdicts = {unit.text: why for unit, why in found.verdicts()}
    assert verdicts["Alpha beta gamma."] == "best"
    assert [why for why in verdicts.values() if why == "close"] == ["close"]
    assert [unit for unit, why in found.verdicts() if why in ("best", "close")] == found.chosen()
    told = found.told()
    assert len(told) == evidence_module.SENTENCES_SCORED + evidence_module.UNREAD_TOLD
    assert [one["kept"] for one in told] == [one["why"] in ("best", "close") for one in told]
    assert {text[one["start"] : one["end"]] for one in told if one["kept"]} == {
        unit.text for unit in found.chosen()
    }
    assert not any(isinstance(value, str) and "lpha" in value for one in told for value in one.values())
