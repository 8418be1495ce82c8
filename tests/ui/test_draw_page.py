"""Quotes are found on drawn pages, whatever happened to their white space, hyphens and letters."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vademecum.ui.draw_page import find, letters, merged
from vademecum.ui.page_picture import page_picture

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "documents"
WORDS = st.lists(st.text("abcdeéßﬁ", min_size=1, max_size=6), min_size=1, max_size=8)


@given(words=WORDS, before=WORDS, after=WORDS)
def test_a_quote_is_found_across_lines_and_hyphens(
    words: list[str], before: list[str], after: list[str]
) -> None:
    quote = " ".join(words)
    page = " ".join(before) + "\n" + "-\n".join(quote) + "\n" + " ".join(after)
    held, owners = letters(page)
    place = find(letters(quote)[0], held)
    assert place is not None
    assert held[place[0] : place[1]] == letters(quote)[0]
    assert all(page[owner].isalnum() for owner in owners[place[0] : place[1]])


def test_the_wanted_one_of_several_places() -> None:
    assert find("ab", "abxabxab", nth=1) == (3, 5)
    assert find("ab", "abxab", nth=7) == (3, 5)
    assert find("", "abc") is None
    assert find("zzzzzzzz", "abcdefgh") is None
    assert find("therefundperiod", "xxtherefumdperiodxx") == (2, 17), "what OCR misread is still like it"


def test_lines_become_boxes() -> None:
    one = [(0.1, 0.1, 0.2, 0.12), (0.2, 0.1, 0.3, 0.12), (0.3, 0.101, 0.3, 0.12)]
    two = [(0.1, 0.13, 0.15, 0.15)]
    assert merged([*one, *two]) == [(0.1, 0.1, 0.3, 0.12), (0.1, 0.13, 0.15, 0.15)]


def test_a_page_is_drawn_with_the_quote_and_the_words_that_answer() -> None:
    quote = "The refund period for garden tools is 30 days from the day of delivery."
    at = quote.index("30 days")
    picture = page_picture(
        (EXAMPLES / "handbook.pdf").read_bytes(),
        media_type="application/pdf",
        name="handbook.pdf",
        page=3,
        quote=quote,
        answer=(at, at + 7),
    )
    assert picture is not None and picture.webp[8:12] == b"WEBP" and picture.width == 1_200
    ((left, top, right, bottom),) = picture.quote
    ((first, _, last, _),) = picture.answer
    assert left < first < last < right and 0.18 < top < bottom < 0.22


@pytest.mark.parametrize("page", [1, 99])
def test_what_cannot_be_drawn_is_no_harm(page: int) -> None:
    data = b"%PDF-1.7\nnothing of it is true" if page == 1 else (EXAMPLES / "handbook.pdf").read_bytes()
    assert page_picture(data, media_type="application/pdf", name="a.pdf", page=page, quote="x") is None
