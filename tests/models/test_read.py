"""The reader: spans are slices of their passages, and passages are normalised together."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from vademecum.models.catalog import find_model
from vademecum.models.pull import ensure_model
from vademecum.models.read import (
    MAX_TOKENS,
    AnswerSpan,
    Reader,
    decode,
    normalise,
    prepare,
    text_tokens,
    windows,
)

REFUNDS = "Refunds take 30 days from the day of delivery. Garden tools are sold in spring."
WARRANTY = "The warranty of machines is two years."


@pytest.fixture(scope="module")
def reader() -> Reader:
    entry = find_model("reader-small")
    return Reader.open(ensure_model(entry), entry.version)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return prepare(Tokenizer.from_file(str(ensure_model(find_model("reader-small")) / "tokenizer.json")))


def test_finds_the_words_that_answer(reader: Reader) -> None:
    found = reader.read("How long is the refund period?", [WARRANTY, REFUNDS])
    assert (found.spans[0].text, found.spans[0].passage) == ("30 days", 1)
    assert found.no_answer < 0.1


def test_says_when_nothing_answers(reader: Reader) -> None:
    found = reader.read("Who was elected president of France?", [WARRANTY, REFUNDS])
    assert found.no_answer > 0.9
    assert found.spans[0].score < 0


def test_a_title_is_read_and_never_quoted(reader: Reader) -> None:
    found = reader.read("What does an oil filter cost?", ["It costs 12 euros."], titles=["Oil filters"])
    assert found.spans[0].text == "12 euros"
    assert all("Oil" not in span.text for span in found.spans)


def test_long_passages_are_read_to_their_end(reader: Reader) -> None:
    long = "The store sells many things. " * 120
    found = reader.read("How long is the refund period?", [f"{long}{REFUNDS}"])
    span = found.spans[0]
    assert span.text == "30 days"
    assert span.start > len(long)


def test_no_passages_have_no_answer(reader: Reader) -> None:
    assert reader.read("Who?", []).spans == ()
    assert reader.read("Who?", []).no_answer == 1
    assert reader.read("Who?", [""]).no_answer == 1
    assert reader.read("why " * 3_000, [REFUNDS]).spans


def test_every_character_is_in_some_window(tokenizer: Tokenizer) -> None:
    passage = " ".join(f"word{number}" for number in range(900))
    seen: set[int] = set()
    for window in windows(tokenizer, "Which word?", passage, "A title"):
        assert len(window.ids) <= MAX_TOKENS
        for _, start, end in text_tokens(window, "A title"):
            assert "A title" not in passage[start:end]
            seen.update(range(start, end))
    assert seen == {at for at, character in enumerate(passage) if not character.isspace()}


@given(
    passage=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200),
    title=st.text("ab \u00e4\u4e2d", max_size=10),
    seed=st.integers(0, 100),
)
def test_spans_are_slices(tokenizer: Tokenizer, passage: str, title: str, seed: int) -> None:
    chance = np.random.default_rng(seed)
    for window in windows(tokenizer, "What?", passage, title):
        logits = chance.normal(size=(len(window.ids), 2)).astype(np.float32)
        spans = decode(logits, window, passage, title=title)
        for span in spans:
            assert passage[span.start : span.end] == span.text
            assert span.text
        assert [span.score for span in spans] == sorted((span.score for span in spans), reverse=True)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.floats(-50, 50)), max_size=12))
def test_shares_add_up_to_one(found: list[tuple[int, int, float]]) -> None:
    spans = [
        AnswerSpan(passage=passage, start=start, end=start + 1, text="x", score=score)
        for passage, start, score in found
    ]
    reading = normalise(spans)
    assert math.isclose(sum(span.share for span in reading.spans) + reading.no_answer, 1)
    places = [(span.passage, span.start) for span in reading.spans]
    assert len(places) == len(set(places))
