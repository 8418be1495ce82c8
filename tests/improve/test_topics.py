"""Topics as queries: noun phrases that are rare among the passages."""

from __future__ import annotations

import pytest

from vademecum.improve.passage_of import Window
from vademecum.improve.topics import topic_pairs
from vademecum.models.parse import EnglishParser
from vademecum.values import Document

TEXTS = (
    "an experimental study of a wing in a propeller slipstream was made at several angles of attack .",
    "an experimental study of heat conduction in composite slabs was made at several temperatures .",
    "It was made. It is.",
)


@pytest.fixture(scope="module")
def parser() -> EnglishParser:
    return EnglishParser.load("en-core-web-sm")


def test_the_rarest_phrase_of_a_passage_is_its_query(parser: EnglishParser) -> None:
    windows = [
        Window(document=Document(source=f"{at}.txt", text=text), start=0, end=len(text))
        for at, text in enumerate(TEXTS)
    ]
    pairs = topic_pairs(windows, parse=parser.parse, group_of=lambda window: window.document.source)
    assert [pair.group for pair in pairs] == ["0.txt", "1.txt"]
    for pair, text in zip(pairs, TEXTS, strict=False):
        assert pair.query in text and pair.positive == text
        assert pair.origin == "made"
    assert "slipstream" in pairs[0].query or "angles" in pairs[0].query
    assert "heat conduction" in pairs[1].query
