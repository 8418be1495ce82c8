"""Earlier turns within a number of tokens: recent ones whole, older ones in a line."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from vademecum.retrieve.understand import Earlier, told


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def turns(count: int, length: int = 20) -> list[Earlier]:
    return [
        Earlier(
            asked=f"and number {at}?",
            standing=f"What is number {at}?",
            answer=" ".join([f"a{at}"] * length),
            short=f"a{at}",
        )
        for at in range(count)
    ]


def test_what_fits_is_told_whole() -> None:
    assert told(turns(2, 3), max_tokens=100, count_tokens=words) == (
        "User: and number 0?\nAssistant: a0 a0 a0\nUser: and number 1?\nAssistant: a1 a1 a1"
    )


def test_older_turns_are_told_in_a_line_and_the_first_one_stays() -> None:
    text = told(turns(50), max_tokens=150, count_tokens=words)
    assert text.startswith("Before: What is number 0? -> a0\n")
    assert "User: and number 49?" in text and "User: and number 20?" not in text
    assert "Before: What is number 45? -> a45" in text


@given(st.integers(1, 60), st.integers(1, 80), st.integers(1, 400))
def test_never_more_tokens_than_allowed(count: int, length: int, most: int) -> None:
    text = told(turns(count, length), max_tokens=most, count_tokens=words)
    assert len(text.split()) <= most


def test_nothing_is_told_of_nothing() -> None:
    assert told([], max_tokens=100, count_tokens=words) == ""
