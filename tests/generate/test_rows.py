"""Rows of tables as text, and the way back to their cells."""

from __future__ import annotations

import pytest

from vademecum.generate.rows import Row

LAMP = Row(header="| Item | Colour | Price |", text="| Lamp |  | 12 EUR |")


def test_values_are_read_after_their_columns_and_empty_cells_left_out() -> None:
    assert LAMP.reading == "Item Lamp: Price is 12 EUR."
    assert LAMP.facts == "Item: Lamp, Price: 12 EUR"


@pytest.mark.parametrize(
    ("span", "expected"),
    [("12 EUR", "12 EUR"), ("EUR", "12 EUR"), ("Lamp, Price: 12", "Lamp"), ("Item", None)],
)
def test_a_span_of_the_facts_is_a_cell(span: str, expected: str | None) -> None:
    start = LAMP.facts.index(span)
    place = LAMP.place(start, start + len(span))
    assert (LAMP.text[place[0] : place[1]] if place else None) == expected


def test_of_a_long_value_the_span_itself_is_kept() -> None:
    row = Row(header="Item | Terms", text="Lamp | Returned within 30 days of the day of delivery")
    start = row.facts.index("30 days")
    place = row.place(start, start + 7)
    assert place is not None and row.text[slice(*place)] == "30 days"


def test_a_row_of_another_length_stays_as_it_is() -> None:
    row = Row(header="Item | Price", text="Lamp | 12 | EUR")
    assert row.reading == row.facts == row.text
    assert row.place(7, 9) == (7, 9)
