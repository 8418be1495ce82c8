"""Versions by content, cards, and nothing half-written."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from vademecum.errors import InputError, LimitError
from vademecum.train.datasets import Datasets, split_examples
from vademecum.train.datasets.describe import describe
from vademecum.values import ClaimExample, InstructionExample, PairExample, QuestionExample, Span


@pytest.fixture
def splits(questions):
    return split_examples(questions).splits


def _add(store: Datasets, splits, name: str = "qa", **more):
    return store.add(name, splits, task="questions", **more)


def test_rows_come_back(tmp_path: Path, splits) -> None:
    store = Datasets.of(tmp_path)
    card = _add(store, splits, licence="CC0", left_out={"x": 1}, made_by="vade data add")
    assert card.counts == {part: len(rows) for part, rows in splits.items()}
    assert card.origins == {"real": 20}
    for part in splits:
        assert (
            store.rows(card, part) == store.rows("qa", part) == sorted(splits[part], key=lambda one: one.id)
        )
    assert store.get("qa") == store.get(card.id) == store.get(f"qa@{card.version[:4]}") == card
    assert {path.name for path in (tmp_path / ".vade" / "datasets" / "qa").iterdir()} == {card.version}


def test_the_version_is_the_content(tmp_path: Path, splits) -> None:
    store = Datasets(tmp_path)
    first = _add(store, splits)
    again = _add(Datasets(tmp_path / "other"), {part: rows[::-1] for part, rows in splits.items()}, "else")
    assert first.version == again.version
    changed = {**splits, "train": (replace(splits["train"][0], question="Who?"), *splits["train"][1:])}
    moved = {"train": [one for rows in splits.values() for one in rows]}
    versions = {first.version, _add(store, changed).version, _add(store, moved).version}
    assert len(versions) == 3 == len(store.list())


def test_the_last_added_is_the_latest_and_keeps_what_is_known(tmp_path: Path, splits) -> None:
    store = Datasets(tmp_path)
    first = _add(store, splits, licence="CC0", about="Fees.")
    _add(store, {"train": splits["train"]})
    assert store.get("qa").version != first.version
    renewed = _add(store, splits, sources=["ledger.json"])
    assert store.get("qa") == renewed and renewed.version == first.version
    assert (renewed.licence, renewed.about, renewed.sources) == ("CC0", "Fees.", ("ledger.json",))


def test_unknown_names_offer_the_nearest(tmp_path: Path, splits) -> None:
    store = Datasets(tmp_path)
    with pytest.raises(InputError, match=r"There are none\. `vade data add"):
        store.get("qa")
    card = _add(store, splits, "garden-fees")
    with pytest.raises(InputError, match=r"no dataset 'garden-fee'\. Did you mean 'garden-fees'"):
        store.get("garden-fee")
    with pytest.raises(InputError, match=f"'zz' is not a version of the dataset.*It has {card.version}"):
        store.get("garden-fees@zz")


def test_wrong_rows_and_names_are_refused_before_anything_is_written(tmp_path: Path, questions) -> None:
    store = Datasets(tmp_path / "datasets")
    first, second, *_ = questions
    misplaced = replace(first, answers=(Span(text="4 pounds", start=1),))
    for name, splits, message in [
        ("../qa", {"train": [first]}, "'../qa' cannot name a dataset"),
        ("qa", {"test": [first]}, "no rows to train on"),
        ("qa", {"train": [first], "test": [second]}, "'g0' stands in train and in test"),
        ("qa", {"train": [first, first]}, "'q00' stands twice"),
        ("qa", {"train": [misplaced]}, "'4 pounds' does not stand at 1"),
    ]:
        with pytest.raises(InputError, match=message):
            _add(store, splits, name)
    assert not store.folder.exists()


def test_a_failed_write_leaves_nothing(tmp_path: Path, splits, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Datasets(tmp_path)
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(LimitError, match=r"qa cannot be written: .*No space left.*Nothing was added"):
            _add(store, splits)
    assert store.list() == [] and list((tmp_path / "qa").iterdir()) == []
    assert store.get(_add(store, splits).id)


def test_changed_and_damaged_files_are_named(tmp_path: Path, splits) -> None:
    store = Datasets(tmp_path)
    card = _add(store, splits)
    path = tmp_path / "qa" / card.version / "train.jsonl"
    rows = path.read_bytes()
    path.write_bytes(rows.replace(b"pounds", b"euros!"))
    with pytest.raises(InputError, match=f"qa@{card.version} is not what was added"):
        store.rows("qa", "test")
    path.unlink()
    with pytest.raises(InputError, match=r"cannot be read.*vade data add"):
        store.rows("qa", "train")
    path.with_name("card.json").write_text("{")
    with pytest.raises(InputError, match=r"card\.json cannot be read"):
        store.list()


def test_odd_characters_survive(tmp_path: Path, questions) -> None:
    odd = replace(questions[0], question="line\u2028 next\x85 \ud800 \U0001f600?")
    store = Datasets(tmp_path)
    _add(store, {"train": [odd]})
    assert store.rows("qa", "train") == [odd]
    text = (tmp_path / "qa" / store.get("qa").version / "card.json").read_text("utf-8")
    assert json.loads(text)["task"] == "questions"


def test_figures_of_every_task(questions) -> None:
    figures = describe(questions)
    assert (figures["rows"], figures["groups"], figures["answerable"]) == (20, 10, 20)
    claim = ClaimExample(id="1", group="g", claim="a", evidence="bcd", label="neither")
    assert describe([claim])["neither"] == 1
    pair = PairExample(id="1", group="g", query="ab", positive="c", negatives=("d",))
    assert describe([pair])["with negatives"] == 1
    chat = InstructionExample(id="1", group="g", messages=(("user", "a"), ("assistant", "b")))
    assert describe([chat])["turns"] == 2
    assert describe([QuestionExample(id="1", group="g", question="a", context="b")])["answerable"] == 0
    assert describe([]) == {"rows": 0, "groups": 0}
