"""Passages stand in a prompt as they stood before, so that an engine reads them once."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from vademecum.generate.order import PassageOrder
from vademecum.generate.prompts import answer_prompt

IDS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=5, unique=True)


def test_the_first_prompt_has_its_passages_best_first() -> None:
    assert PassageOrder().arrange(["c", "a", "b"]) == ["c", "a", "b"]


def test_the_same_passages_in_another_order_stand_as_before() -> None:
    order = PassageOrder()
    order.arrange(["c", "a", "b"])
    order.arrange(["x", "y"])
    assert order.arrange(["b", "c", "a"]) == ["c", "a", "b"]


def test_those_that_a_prompt_began_with_stand_first_and_the_new_ones_as_given() -> None:
    order = PassageOrder()
    order.arrange(["c", "a", "b"])
    assert order.arrange(["n", "b", "a", "c"]) == ["c", "a", "b", "n"]
    assert order.arrange(["n", "a", "c", "m"]) == ["c", "a", "n", "m"], (
        "after what is gone all has to be read"
    )


def test_of_two_prompts_the_one_that_more_is_known_of() -> None:
    order = PassageOrder()
    order.arrange(["a", "b", "c"])
    order.arrange(["b", "x"])
    assert order.arrange(["c", "b", "a"]) == ["a", "b", "c"]


def test_prompts_are_forgotten_in_time() -> None:
    order = PassageOrder(kept=2)
    order.arrange(["a", "b"])
    for number in range(2):
        order.arrange([f"x{number}"])
    assert order.arrange(["b", "a"]) == ["b", "a"]


@given(st.lists(IDS, max_size=20))
def test_nothing_is_lost_or_doubled(prompts: list[list[str]]) -> None:
    order = PassageOrder()
    for ids in prompts:
        assert sorted(order.arrange(ids)) == sorted(ids)
        again = random.Random(1).sample(ids, len(ids))
        assert order.arrange(again) == order.arrange(ids)


def test_what_differs_from_one_question_to_the_next_stands_last() -> None:
    passages = ["The bell rings at noon.", "The gate is green."]
    system, user = answer_prompt("When does it ring?", passages)
    other_system, other = answer_prompt("And who rings it?", passages, history="Q: When does it ring?")
    assert system == other_system
    shared = user.partition("Question:")[0]
    assert other.startswith(shared)
    assert shared.count("</passage>") == 2
