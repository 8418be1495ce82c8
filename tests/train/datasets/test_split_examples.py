"""No group, and no passage, stands on both sides; a group stays where it is when data is added."""

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vademecum.errors import InputError
from vademecum.train.datasets import Shares, split_examples
from vademecum.train.datasets.near import join_near
from vademecum.train.datasets.split import LEAKED
from vademecum.values import Example, PairExample, QuestionExample

LETTERS = random.Random(0)
WORDS = ["".join(LETTERS.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(4000)]


def _passage(number: int, *, words: int = 40) -> str:
    return " ".join(random.Random(number).choices(WORDS, k=words))


def _question(row: int, group: str, passage: str) -> QuestionExample:
    return QuestionExample(id=f"{group}-{row}", group=group, question=f"What is {row}?", context=passage)


def _parts(examples: Sequence[Example], **options) -> dict[str, str]:
    split = split_examples(examples, **options)
    return {example.id: part for part, rows in split.splits.items() for example in rows}


ROWS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 60)), min_size=40, max_size=120)


@settings(max_examples=25, deadline=None)
@given(ROWS, st.integers(0, 5))
def test_nothing_leaks(rows: list[tuple[int, int]], seed: int) -> None:
    examples = [_question(at, f"g{group}", _passage(passage)) for at, (group, passage) in enumerate(rows)]
    examples += [_question(1000 + at, f"own{at}", _passage(1000 + at)) for at in range(9)]
    split = split_examples(examples, seed=seed)
    groups = [{one.group for one in rows} for rows in split.splits.values()]
    passages = [
        {one.context for one in rows if isinstance(one, QuestionExample)} for rows in split.splits.values()
    ]
    for held in (groups, passages):
        assert sum(map(len, held)) == len(set().union(*held))
    assert sum(map(len, split.splits.values())) == len(examples)
    assert all(split.splits.values())


def test_shares_are_met_about() -> None:
    examples = [_question(row, f"g{row}", _passage(row)) for row in range(1000)]
    sizes = {part: len(rows) for part, rows in split_examples(examples).splits.items()}
    assert 650 < sizes["train"] < 750 and 70 < sizes["dev"] < 130 and 160 < sizes["test"] < 240


@settings(max_examples=8, deadline=None)
@given(st.integers(200, 300), st.integers(1, 100), st.integers(0, 3))
def test_groups_stay_where_they_are_when_data_is_added(first: int, more: int, seed: int) -> None:
    examples = [_question(row, f"g{row}", _passage(row)) for row in range(first + more)]
    before, after = _parts(examples[:first], seed=seed), _parts(examples, seed=seed)
    assert all(after[name] == part for name, part in before.items())
    shuffled = list(examples)
    random.Random(seed).shuffle(shuffled)
    assert _parts(shuffled, seed=seed) == after


def test_another_seed_splits_otherwise() -> None:
    examples = [_question(row, f"g{row}", _passage(row)) for row in range(100)]
    assert _parts(examples, seed=0) != _parts(examples, seed=1)


def test_a_joined_group_is_held_out() -> None:
    examples = [_question(row, f"g{row}", _passage(row)) for row in range(100)]
    parts = _parts(examples)
    trained = next(one for one in examples if parts[one.id] == "train")
    tested = next(one for one in examples if parts[one.id] == "test")
    bridge = _question(0, "bridge", f"{trained.context} {tested.context}")
    after = _parts([*examples, bridge])
    assert after[trained.id] == after[tested.id] == after["bridge-0"] == "test"


def test_near_duplicates_are_joined_and_others_are_not() -> None:
    text = _passage(1)
    edited = text.replace(text.split()[20], "other")
    homes = join_near([("a", text), ("b", edited), ("c", _passage(2)), ("d", " ".join(text.split()[:15]))])
    assert homes["a"] == homes["b"] == homes["d"] != homes["c"]
    shared = "terms of use apply to all of these pages"
    homes = join_near([("a", f"{_passage(3)} {shared}"), ("b", f"{_passage(4)} {shared}")])
    assert homes["a"] != homes["b"]


def test_pairs_of_one_query_stay_together() -> None:
    pairs = [
        PairExample(id=f"{row}", group=f"d{row}", query=f"query {row // 2}", positive=_passage(row))
        for row in range(60)
    ]
    parts = _parts(pairs)
    assert all(parts[f"{row}"] == parts[f"{row + 1}"] for row in range(0, 60, 2))


def test_a_small_set_gives_every_part_something() -> None:
    for seed in range(20):
        examples = [_question(row, f"g{row % 4}", _passage(row)) for row in range(12)]
        assert all(split_examples(examples, seed=seed).splits.values())


def test_too_few_groups_are_refused() -> None:
    examples = [_question(row, "Normans", _passage(row)) for row in range(5)]
    with pytest.raises(InputError, match=r"has 1 group \(Normans\).*needs at least 3.*--dev 0 --test 0"):
        split_examples(examples)
    whole = split_examples(examples, shares=Shares(dev=0, test=0))
    assert len(whole.splits["train"]) == 5


def test_the_split_of_the_data_is_kept_and_dev_is_taken_from_train() -> None:
    examples = [_question(row, f"g{row}", _passage(row)) for row in range(100)]
    given_parts = {one.id: "train" if row < 80 else "test" for row, one in enumerate(examples)}
    parts = _parts(examples, given=given_parts)
    assert all(parts[one.id] == "test" for one in examples[80:])
    assert 0 < sum(part == "dev" for part in parts.values()) < 30
    assert not any(parts[one.id] == "test" for one in examples[:80])


def test_rows_that_leak_in_a_given_split_are_left_out() -> None:
    examples = [_question(row, f"g{row // 2}", _passage(row)) for row in range(40)]
    given_parts = {one.id: "train" for one in examples} | {examples[0].id: "test", examples[5].id: "dev"}
    split = split_examples(examples, given=given_parts)
    assert split.left_out == {LEAKED: 2}
    assert [one.id for one in split.splits["test"]] == [examples[0].id]
    every_other = {one.id: "train" if row % 2 else "test" for row, one in enumerate(examples)}
    with pytest.raises(InputError, match=r"20 of 40 rows stand in a group that is also held out.*--resplit"):
        split_examples(examples, given=every_other)


def test_shares_that_leave_nothing_are_refused() -> None:
    with pytest.raises(InputError, match=r"shares of dev 0\.5 and test 0\.5"):
        Shares(dev=0.5, test=0.5)
