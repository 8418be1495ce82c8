"""Sentence spans: rules by example, invariants by random text, speed by hostile text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vademecum.text.sentences import split_sentences

LISTED = '. ! ? ... | - 1. a) Dr. U.S. No. 5 [1] " ) ( word Word'
MARKS = st.sampled_from([*LISTED.split(" "), " ", "\n", "\n\n", "\t", "\u3002"])


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Dr. No left.", "He won."],
        ["It cost 3.5 million.", "Why?"],
        ["J. F. Kennedy spoke.", "The U.S. Army left.", "He lives in the U.S.", "The end."],
        ["Written by J.K. Rowling in Art. 5 of it.", "See Fig. 3, e.g. there.", "It works."],
        ["Apple Inc. Chairman Levinson spoke.", "He leads Apple Inc.", "The firm grew."],
        ["1. First.", "2. Second thing."],
        [
            "He said \u201cGo.\u201d",
            "Then left (really.)",
            "Yes!",
            "\u201cNo?\u201d he asked.",
            "It ends.[12]",
            "Next.",
        ],
        ["World War I.", "The war ended."],
        ["A line\nthat goes on.", "And another\none."],
        ["\u4eca\u65e5\u306f\u3002", "\u660e\u65e5\u306f\uff01", "\u306f\u3044"],
    ],
)
def test_running_text(sentences: list[str]) -> None:
    joiner = "" if sentences[0].endswith("\u3002") else " "
    assert split(joiner.join(sentences)) == sentences


def test_rows_items_and_paragraphs_end_sentences() -> None:
    assert split("a | b\nc | d. E\nf | g") == ["a | b", "c | d. E", "f | g"]
    assert split("Bring:\n- one\n- two\n3) three") == ["Bring:", "- one", "- two", "3) three"]
    assert split("Notice\n\nthe thing is.") == ["Notice", "the thing is."]


@given(st.lists(st.one_of(MARKS, st.text(max_size=5)), max_size=40).map("".join))
def test_spans_hold_every_visible_character_once(text: str) -> None:
    spans = split_sentences(text)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(start < end for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@pytest.mark.parametrize(
    "unit", [".", "a. ", "\n", "x", " | ", "1. ", '."', "\n- ", ".(", ". ", "'", "\t\n", "\n \n", "A.", "..."]
)
def test_time_grows_with_the_length_only(unit: str) -> None:
    began = time.process_time()
    split_sentences(unit * (300_000 // len(unit)) + "x")
    assert time.process_time() - began < 3
