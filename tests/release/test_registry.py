"""Trained models: kept by content, verified, put to use, rolled back, exported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from vademecum.errors import InputError, LimitError, WeightsError
from vademecum.models.catalog import find_model, load_catalog
from vademecum.release import Models
from vademecum.release.card import card_text, differences, entry_text, shipped_card
from vademecum.release.export import export_model
from vademecum.values import ModelCard, Score


def _add(models: Models, tmp_path: Path, content: bytes, **fields: object) -> ModelCard:
    files = tmp_path / f"made-{content.hex()[:8]}"
    files.mkdir(exist_ok=True)
    (files / "model.onnx").write_bytes(content)
    (files / "tokenizer.json").write_text("{}")
    made = {
        "base": "ms-marco-minilm",
        "dataset": "qa@123",
        "metrics": (Score(metric="f1", value=0.5),),
        **fields,
    }
    return models.add(files, kind="reader", **made)


@pytest.fixture
def models(tmp_path: Path) -> Models:
    return Models(tmp_path / "models")


def test_the_same_files_are_the_same_model(models: Models, tmp_path: Path) -> None:
    first, again, other = (_add(models, tmp_path, content) for content in (b"one", b"one", b"two"))
    assert first.id == again.id != other.id
    assert first.id.startswith("reader-")
    assert [card.id for card in models.list()].count(first.id) == 1
    assert ModelCard.from_dict(first.to_dict()) == first


def test_use_and_back(models: Models, tmp_path: Path) -> None:
    first, second = _add(models, tmp_path, b"one"), _add(models, tmp_path, b"two")
    assert models.current("reader") is None
    models.use(first, reason="better")
    models.use(second, reason="worse", forced=True)
    assert models.current("reader") == second
    assert models.previous("reader") == first
    assert models.previous("reader") is None
    assert models.current("reader") is None
    with pytest.raises(InputError, match="no trained reader is in use"):
        models.previous("reader")
    told = [(line["action"], line["id"], line["forced"]) for line in models.audit()]
    assert told[2:] == [
        ("use", first.id, False),
        ("use", second.id, True),
        ("previous", first.id, False),
        ("previous", "", False),
    ]


def test_a_full_disk_leaves_the_model_that_is_in_use(models: Models, tmp_path: Path, full_disk) -> None:
    first, second = _add(models, tmp_path, b"one"), _add(models, tmp_path, b"two")
    models.use(first, reason="better")
    with full_disk(), pytest.raises(LimitError, match=r"use\.json cannot be written: .*Nothing was changed"):
        models.use(second, reason="better")
    assert models.current("reader") == first
    (tmp_path / "made-746872").mkdir()
    (tmp_path / "made-746872" / "model.onnx").write_bytes(b"three" * 9)
    with full_disk(), pytest.raises(LimitError, match=r"cannot be written: .*Nothing was added"):
        models.add(tmp_path / "made-746872", kind="reader", base="b", dataset="d")


def test_cards_of_the_catalog() -> None:
    text = entry_text(find_model("reader-small"))
    assert (
        "- licence: CC-BY-SA-4.0" in text and "answerable-auroc 0.7872 [0.7666, 0.8090] on 2323 items" in text
    )
    assert "`vade data add squad1_du/squad1.json.gz" in text
    assert "Spearman .857" in entry_text(find_model("bge-small-en"))
    shipped = {entry.name: shipped_card(entry) for entry in load_catalog().values()}
    assert {name for name, card in shipped.items() if card} == {"reader-small", "checker-small"}
    for name, card in shipped.items():
        assert card is None or card.files == {
            file.name: file.sha256 for file in find_model(name).files.values()
        }


def test_changed_bytes_are_refused(models: Models, tmp_path: Path) -> None:
    card = _add(models, tmp_path, b"one")
    assert models.files(card).name == card.id
    (models.folder / card.id / "model.onnx").write_bytes(b"two")
    with pytest.raises(WeightsError, match=r"is not what was trained.*vade models use --previous reader"):
        models.files(card)


def test_names_may_be_short_and_near_ones_are_offered(models: Models, tmp_path: Path) -> None:
    card = _add(models, tmp_path, b"one")
    assert models.get(card.id[:10]) == card
    with pytest.raises(InputError, match=f"There is no trained model 'raeder.*Did you mean '{card.id}'"):
        models.get(f"raeder{card.id[6:]}")
    _add(models, tmp_path, b"two")
    with pytest.raises(InputError, match="'reader-' is the beginning of several models"):
        models.get("reader-")


def test_a_kill_while_adding_leaves_no_half_model(tmp_path: Path) -> None:
    program = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from vademecum.release import registry
        copied = registry.shutil.copytree
        def copy_and_die(source, target):
            copied(source, target)
            os.kill(os.getpid(), signal.SIGKILL)
        registry.shutil.copytree = copy_and_die
        registry.Models(Path(sys.argv[1])).add(Path(sys.argv[2]), kind="reader", base="b", dataset="d")
        """
    )
    files = tmp_path / "files"
    files.mkdir()
    (files / "model.onnx").write_bytes(b"one")
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "models"), str(files)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == -signal.SIGKILL
    models = Models(tmp_path / "models")
    assert models.list() == []
    card = models.add(files, kind="reader", base="b", dataset="d")
    assert models.list() == [card]


def test_card_and_differences_are_readable(models: Models, tmp_path: Path) -> None:
    first = _add(models, tmp_path, b"one", settings={"fit": {"epochs": 1.0, "seed": 0}})
    second = _add(models, tmp_path, b"two", settings={"fit": {"epochs": 2.0, "seed": 0}}, dataset="qa@456")
    assert differences(first, second) == [("dataset", "qa@123", "qa@456"), ("fit.epochs", "1.0", "2.0")]
    text = card_text(first)
    assert "- dataset: qa@123" in text and "- f1 0.5000 on 0 items" in text and "fit.epochs = 1.0" in text


def test_export_copies_a_form_with_its_card(models: Models, tmp_path: Path) -> None:
    card = _add(models, tmp_path, b"one")
    written = export_model(models, card.id, tmp_path / "out", form="onnx")
    assert sorted(path.name for path in written) == ["README.md", "model.onnx", "tokenizer.json"]
    assert (tmp_path / "out" / "model.onnx").read_bytes() == b"one"
    with pytest.raises(InputError, match=rf"{card.id} has no gguf form .*It has onnx"):
        export_model(models, card.id, tmp_path / "out", form="gguf")
    with pytest.raises(InputError, match=r"There is no form .onx.\. Allowed is one of onnx, gguf, peft"):
        export_model(models, card.id, tmp_path / "out", form="onx")
