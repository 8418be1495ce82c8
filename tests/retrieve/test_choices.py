"""A choice is picked by its place, its number, its words; anything else picks nothing."""

from __future__ import annotations

import pytest

from vademecum.retrieve.understand.choices import picked

CHOICES = (
    "When does the Lyon office open?",
    "When does the Nice office open?",
    "When does the Paris office open?",
)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("the second", 1),
        ("The first one, please.", 0),
        ("2", 1),
        ("#3", 2),
        ("I mean the last one", 2),
        ("Lyon", 0),
        ("the Nice office", 1),
        ("In Paris.", 2),
        ("When does the Nice office open?", 1),
        ("the former", 0),
    ],
)
def test_what_picks(said: str, at: int) -> None:
    assert picked(said, CHOICES) == CHOICES[at]


@pytest.mark.parametrize(
    "said",
    ["the ninth", "7", "the office", "both", "", "Who founded the shop in Oslo in 1987?", "Lyon or Nice"],
)
def test_what_picks_nothing(said: str) -> None:
    assert picked(said, CHOICES) == ""
