"""What can be quoted: sentences, rows, questions with replies."""

from __future__ import annotations

from answer_samples import PRICES, hit_of

from vademecum.generate.units import find_units
from vademecum.values import Block, Document, Hit


def units_of(text: str) -> list[str]:
    return [unit.text for unit in find_units([hit_of(Document(source="a.txt", text=text))])]


def test_rows_are_units_and_are_read_with_their_columns(hits: list[Hit]) -> None:
    units = find_units(hits, {PRICES.id: PRICES})
    lamp = next(unit for unit in units if unit.text == "Lamp | 12 EUR")
    assert lamp.reading == "Item Lamp: Price is 12 EUR."
    assert lamp.passage == "Prices\nItem Lamp: Price is 12 EUR."
    assert "Item | Price" not in [unit.text for unit in units]


def test_markdown_rows_are_read_without_their_bars() -> None:
    text = "| Item | Price |\n|---|---|\n| Lamp | 12 EUR |"
    table = Block(kind="table", start=0, end=len(text), header_end=text.rindex("\n"))
    document = Document(source="a.md", text=text, blocks=(table,))
    units = find_units([hit_of(document)], {document.id: document})
    assert [unit.reading for unit in units] == ["Item Lamp: Price is 12 EUR."]


def test_rows_without_a_known_header_stay_as_they_are(hits: list[Hit]) -> None:
    assert "Lamp | 12 EUR" in [unit.reading for unit in find_units(hits)]


def test_a_question_joins_its_reply_and_a_list_its_opening_line() -> None:
    assert units_of("How long? Thirty days. It ends.") == ["How long? Thirty days.", "It ends."]
    assert units_of("The fee covers:\n- water\n- heat\nIt ends.") == [
        "The fee covers:\n- water\n- heat\nIt ends."
    ]


def test_repeated_and_empty_units_are_left_out() -> None:
    assert units_of("It rains.\n\n***\n\nIt  rains.") == ["It rains."]
