"""Examples and cards come back equal from JSON; what is wrong is named with its value."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vademecum.errors import InputError
from vademecum.values import (
    ClaimExample,
    DatasetCard,
    Example,
    InstructionExample,
    PairExample,
    QuestionExample,
    Span,
)
from vademecum.values.dataset import CLAIM_LABELS, ORIGINS, ROLES, example_from_dict

WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)
ORIGIN = st.sampled_from(ORIGINS)
SPANS = st.lists(st.builds(Span, text=WORDS, start=st.integers(0, 999)), max_size=3).map(tuple)
QUESTIONS = st.builds(
    QuestionExample,
    id=WORDS,
    group=WORDS,
    question=WORDS,
    context=WORDS,
    answers=SPANS,
    title=WORDS,
    origin=ORIGIN,
)
CLAIMS = st.builds(
    ClaimExample,
    id=WORDS,
    group=WORDS,
    claim=WORDS,
    evidence=WORDS,
    label=st.sampled_from(CLAIM_LABELS),
    origin=ORIGIN,
)
PAIRS = st.builds(
    PairExample,
    id=WORDS,
    group=WORDS,
    query=WORDS,
    positive=WORDS,
    negatives=st.lists(WORDS, max_size=3).map(tuple),
    origin=ORIGIN,
)
INSTRUCTIONS = st.builds(
    InstructionExample,
    id=WORDS,
    group=WORDS,
    messages=st.lists(st.tuples(st.sampled_from(ROLES), WORDS), max_size=3).map(tuple),
    origin=ORIGIN,
)
QUESTION = {"id": "1", "group": "g", "question": "How?", "context": "So.", "answers": []}


def _again(example: Example) -> Any:
    return json.loads(json.dumps(example.to_dict()))


@given(QUESTIONS, CLAIMS, PAIRS, INSTRUCTIONS)
def test_examples_come_back_equal(
    question: QuestionExample, claim: ClaimExample, pair: PairExample, instruction: InstructionExample
) -> None:
    assert example_from_dict("questions", _again(question)) == question
    assert example_from_dict("claims", _again(claim)) == claim
    assert example_from_dict("pairs", _again(pair)) == pair
    assert example_from_dict("instructions", _again(instruction)) == instruction


@given(WORDS, WORDS, WORDS)
def test_a_span_fits_where_its_words_stand(before: str, words: str, after: str) -> None:
    span = Span(text=words, start=len(before))
    context = before + words + after
    assert span.fits(context) == bool(words)
    assert context[span.start : span.end] == words


def test_a_span_elsewhere_does_not_fit() -> None:
    assert not Span(text="30 days", start=1).fits("30 days")
    assert not Span(text="s", start=-1).fits("days")


def test_a_card_comes_back_equal() -> None:
    card = DatasetCard(
        name="qa",
        version="0123456789ab",
        task="questions",
        licence="CC BY-SA 4.0",
        sources=("squad.json",),
        counts={"train": 8, "dev": 1, "test": 1},
        origins={"real": 10},
        left_out={"duplicates": 2},
    )
    assert card.id == "qa@0123456789ab"
    assert DatasetCard.from_dict(json.loads(json.dumps(card.to_dict()))) == card


@pytest.mark.parametrize(
    ("task", "fields", "message"),
    [
        ("questions", {**QUESTION, "context": 3}, "`context` is 3, it must be a text"),
        ("questions", {**QUESTION, "answers": "so"}, "`answers` is 'so'"),
        ("questions", {**QUESTION, "answers": [{"text": "So", "start": "0"}]}, "`start` is '0'"),
        ("questions", {**QUESTION, "origin": "dream"}, "'dream', allowed is one of real, made, changed"),
        ("claims", {"label": "true"}, "'true', allowed is one of supported, contradicted, neither"),
        ("pairs", {"negatives": "no"}, "`negatives` is 'no'"),
        ("instructions", {"messages": [{"role": "boss", "content": "go"}]}, "'boss', allowed is one of"),
        ("instructions", {"messages": "go"}, "`messages` must be a list"),
    ],
)
def test_what_is_wrong_is_named(task: Any, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        example_from_dict(task, fields)


def test_what_is_no_card_is_refused() -> None:
    with pytest.raises(InputError, match="its task must be one of questions, claims, pairs, instructions"):
        DatasetCard.from_dict({"name": "qa"})
    with pytest.raises(InputError, match="not the card of a dataset"):
        DatasetCard.from_dict({"task": "pairs", "colour": "red"})
