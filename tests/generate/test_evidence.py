"""Units of the hits, and which of them answer."""

from __future__ import annotations

from collections.abc import Callable

from answer_samples import HANDBOOK, PRICES, hit_of, overlap

from vademecum.generate import evidence as evidence_module
from vademecum.generate.evidence import Evidence, find_evidence
from vademecum.values import Block, Document, Hit


def units_of(text: str) -> list[str]:
    document = Document(source="a.txt", text=text)
    return [unit.text for unit in find_evidence("x", [hit_of(document)], score_pairs=overlap).units]


def test_best_sentence_with_its_place(evidence_for: Callable[[str], Evidence]) -> None:
    best = evidence_for("Within how many days can goods be returned?").best
    assert best.text == "Goods can be returned within 30 days of delivery."
    assert HANDBOOK.text[best.start : best.end] == best.text


def test_offsets_count_from_the_document_not_the_chunk() -> None:
    start = HANDBOOK.text.index("Refunds")
    found = find_evidence("Where are refunds paid?", [hit_of(HANDBOOK, start=start)], score_pairs=overlap)
    assert found.best.start == start
    assert HANDBOOK.text[found.best.start : found.best.end] == found.best.text


def test_rows_are_units_and_are_read_with_their_columns(hits: list[Hit]) -> None:
    found = find_evidence(
        "What is the price of the lamp?", hits, score_pairs=overlap, documents={PRICES.id: PRICES}
    )
    assert found.best.text == "Lamp | 12 EUR"
    assert found.best.reading == "Item Lamp: Price is 12 EUR."
    assert found.best.passage == "Prices\nItem Lamp: Price is 12 EUR."
    assert "Item | Price" not in [unit.text for unit in found.units]


def test_markdown_rows_are_read_without_their_bars() -> None:
    text = "| Item | Price |\n|---|---|\n| Lamp | 12 EUR |"
    table = Block(kind="table", start=0, end=len(text), header_end=text.rindex("\n"))
    document = Document(source="a.md", text=text, blocks=(table,))
    found = find_evidence("lamp", [hit_of(document)], score_pairs=overlap, documents={document.id: document})
    assert [unit.reading for unit in found.units] == ["Item Lamp: Price is 12 EUR."]


def test_rows_without_a_known_header_stay_as_they_are(hits: list[Hit]) -> None:
    found = find_evidence("What is the price of the lamp?", hits, score_pairs=overlap)
    assert "Lamp | 12 EUR" in [unit.reading for unit in found.units]


def test_few_sentences_are_scored(hits: list[Hit]) -> None:
    long = Document(source="long.txt", text=" ".join(f"Item {number} is here." for number in range(200)))
    found = find_evidence("Where is item 7?", [hit_of(long), *hits], score_pairs=overlap)
    assert len(found.scored) == evidence_module.SENTENCES_SCORED
    assert len(found.units) > 200


def test_a_question_joins_its_reply_and_a_list_its_opening_line() -> None:
    assert units_of("How long? Thirty days. It ends.") == ["How long? Thirty days.", "It ends."]
    assert units_of("The fee covers:\n- water\n- heat\nIt ends.") == [
        "The fee covers:\n- water\n- heat\nIt ends."
    ]


def test_repeated_and_empty_units_are_left_out() -> None:
    assert units_of("It rains.\n\n***\n\nIt  rains.") == ["It rains."]


def test_second_sentence_only_when_close() -> None:
    document = Document(source="a.txt", text="Alpha beta gamma. Alpha beta delta. Nothing here.")
    score = {"Alpha beta gamma.": 5.0, "Alpha beta delta.": 4.0, "Nothing here.": -9.0}
    for second, expected in ((4.0, 2), (-4.0, 1)):
        score["Alpha beta delta."] = second
        found = find_evidence(
            "alpha", [hit_of(document)], score_pairs=lambda _, texts: [score[text] for text in texts]
        )
        assert len(found.chosen()) == expected


def test_chosen_units_of_one_document_stand_in_its_order() -> None:
    document = Document(source="a.txt", text="First alpha. Second alpha.")
    score = {"First alpha.": 4.0, "Second alpha.": 5.0}
    found = find_evidence(
        "alpha", [hit_of(document)], score_pairs=lambda _, texts: [score[text] for text in texts]
    )
    assert [unit.text for unit in found.chosen()] == ["First alpha.", "Second alpha."]


def test_no_hits() -> None:
    assert find_evidence("x", [], score_pairs=overlap).scored == ()
