"""Misspelt words are put right by the collection's words; short and long forms find each other."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import vademecum
from vademecum.retrieve.understand.abbreviations import definitions, other_forms
from vademecum.retrieve.understand.spelling import correct
from vademecum.text.analyse import analyse
from vademecum.values import TraceRecorder

HELD = ("refund", "period", "earthquake", "delivery", "terracotta", "cash", "received")


def weights(terms: Sequence[str]) -> Mapping[str, float]:
    known = {analyse(word)[0]: float(rank) for rank, word in enumerate(HELD, start=1)}
    return {term: known[term] for term in terms if term in known}


def is_word(word: str) -> bool:
    return word in ("cats", "long", "that", "photo")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("How long is the refnud peroid?", "How long is the refund period?"),
        ("Earthqauke damage", "Earthquake damage"),
        ("recieved goods", "received goods"),
        ("teracota delivry", "terracotta delivery"),
        ("cats", "cats"),  # a word, though "cash" is near
        ("refunds", "refunds"),
        ("REFNUD-4021 and refnud@example.com", "REFNUD-4021 and refnud@example.com"),
        ("xyzzy", "xyzzy"),
        ("Who is Peroid?", "Who is Peroid?"),  # a name
    ],
)
def test_words_are_put_right(asked: str, meant: str) -> None:
    assert correct(asked, weights=weights, is_word=is_word).text.replace("damage", "damage") == meant


@given(st.text(max_size=80))
def test_what_the_collection_knows_is_never_changed(text: str) -> None:
    asked = f"{text} refund period"
    found = correct(asked, weights=lambda terms: dict.fromkeys(terms, 1.0), is_word=lambda word: False)
    assert found.text == asked and not found.instead


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The World Health Organization (WHO) says so.", {"WHO": "World Health Organization"}),
        (
            "Under the GDPR (General Data Protection Regulation) it is.",
            {"GDPR": "General Data Protection Regulation"},
        ),
        ("heat shock protein 70 (HSP70)", {"HSP70": "heat shock protein 70"}),
        ("It was built (Paris) in the year (1889).", {}),
        ("See the manual (NASA).", {}),
    ],
)
def test_definitions(text: str, found: dict[str, str]) -> None:
    assert definitions(text) == found


@given(st.text(alphabet="aB ,(-", max_size=2_000))
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    definitions(f"{text}{'a' * 500}, (AB) ")
    assert time.process_time() - began < 0.2


def test_forms_are_added_in_both_directions() -> None:
    passages = ["The Human Development Index (HDI) is a figure."]
    assert other_forms("What is the HDI of Norway?", passages) == {"HDI": "Human Development Index"}
    assert other_forms("the human development index of Norway", passages) == {
        "Human Development Index": "HDI"
    }
    assert other_forms("What is the index of Norway?", passages) == {}


def test_search_puts_right_and_adds_in_named_steps_of_their_own(tmp_path: Path) -> None:
    texts = {
        "index.md": "# Figures\nThe Human Development Index (HDI) tells how well people live.\n",
        "norway.md": "# Norway\nThe Human Development Index of Norway is 0.966.\n",
        "returns.md": "# Returns\nGoods can be returned within 30 days of delivery.\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")

    def steps(query: str, **config: bool) -> dict[str, Mapping[str, object]]:
        changed = {f"retrieve.{name}": value for name, value in config.items()}
        with vademecum.open(tmp_path / "ws", config=changed) as workspace:
            workspace.ingest(*(tmp_path / name for name in texts))
            recorder = TraceRecorder()
            assert workspace.search(query, recorder=recorder)
            return {step.name: step.detail for step in recorder.trace().steps}

    found = steps("retruned after delivrey")
    assert found["spelling"]["instead"] == {"retruned": "returned", "delivrey": "delivery"}
    assert "spelling" not in steps("retruned after delivrey", spelling=False)
    assert steps("HDI", abbreviations=True)["abbreviations"]["added"] == {"HDI": "Human Development Index"}
    assert "abbreviations" not in steps("HDI")
