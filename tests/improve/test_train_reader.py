"""A reader from a dataset to a model in use: trained, measured, kept, compared, rolled back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

import vademecum
from vademecum import improve
from vademecum.cli.app import app
from vademecum.errors import InputError, LimitError
from vademecum.evaluate.statistics import paired_test
from vademecum.improve.promote import is_refused
from vademecum.models.read import Reader
from vademecum.train.bases import load_base
from vademecum.train.datasets import Datasets, Shares
from vademecum.train.export import export_onnx
from vademecum.train.settings import FitSettings
from vademecum.train.task import Step
from vademecum.values import ModelCard
from vademecum.workspace import Workspace

BASE = "all-minilm-l6-v2"
SETTINGS = FitSettings(epochs=1, batch_size=8, learning_rate=1e-4, evaluations=2, checkpoint_s=0)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with the questions of the shipped suite, one group a paragraph."""
    folder = tmp_path_factory.mktemp("train")
    suite = json.loads(files("vademecum.evaluate").joinpath("suites/handbook.json").read_text("utf-8"))
    paragraphs = [paragraph for article in suite["data"] for paragraph in article["paragraphs"]]
    for number, paragraph in enumerate(paragraphs):
        paragraph["qas"] = [{**one, "id": f"{number}-{one['id']}"} for one in paragraph["qas"]]
    articles = [{"title": f"part {number}", "paragraphs": [one]} for number, one in enumerate(paragraphs)]
    source = folder / "handbook.json"
    source.write_text(json.dumps({"data": articles}), "utf-8")
    with vademecum.open(folder / "ws") as opened:
        improve.add_dataset(opened, [source], name="own", shares=Shares(dev=0.2, test=0.2), max_bad_share=1)
        yield opened


@pytest.fixture(scope="module")
def card(workspace: Workspace) -> ModelCard:
    return improve.train_reader(workspace, "own", base=BASE, settings=SETTINGS)


def test_a_trained_reader_is_kept_with_its_lineage(workspace: Workspace, card: ModelCard) -> None:
    dataset = Datasets.of(workspace.folder).get("own")
    assert (card.kind, card.base, card.dataset) == ("reader", BASE, dataset.id)
    assert {"f1", "exact-match"} <= {score.metric for score in card.metrics}
    assert "--learning-rate 0.0001 " in card.made_by and "--evaluations 2 " in card.made_by
    runner = CliRunner()
    shown = runner.invoke(app, ["train", "reader", "--help"], env={"COLUMNS": "200"}).stdout
    assert all(word in shown for word in card.made_by.split() if word.startswith("--"))
    assert card.settings["fit"]["learning_rate"] == 1e-4
    assert set(card.files) == {"model.onnx", "tokenizer.json"}
    reader = Reader.open(workspace.models.files(card), card.version)
    assert reader.read("How long?", ["It takes 30 days."]).spans


def test_the_course_of_the_training_is_a_report(workspace: Workspace, card: ModelCard) -> None:
    (page,) = (workspace.folder / ".vade" / "runs").glob("reader-*/training.html")
    text = page.read_text("utf-8")
    assert "loss by step" in text and "gradient norm by step" in text and "held-out f1 by step" in text
    assert "gradient by layer" in text and "share of units at zero by step" in text
    left = sorted(path.name for path in page.parent.iterdir())
    assert left == ["run.json", "training.html", "training.report"], "the checkpoint is of no more use"


def test_a_worse_reader_is_refused_unless_forced(workspace: Workspace, card: ModelCard) -> None:
    with pytest.raises(
        LimitError, match=rf"{card.id} is not put to use, it is worse: F1 .* against .* before"
    ):
        improve.use_model(workspace, card.id)
    assert workspace.models.current("reader") is None
    done = improve.use_model(workspace, card.id, force=True)
    assert workspace.models.current("reader") == done.card == card
    assert workspace.models.audit()[-1]["forced"] is True
    with vademecum.open(workspace.folder) as opened:
        assert opened.reader().version == card.id
    assert workspace.models.previous("reader") is None


def test_nothing_to_compare_on_is_said(workspace: Workspace, card: ModelCard, tmp_path: Path) -> None:
    with (
        vademecum.open(tmp_path / "other", models=workspace.models) as other,
        pytest.raises(InputError, match=r"cannot be compared: own@.* is not in this workspace"),
    ):
        improve.use_model(other, card.id)


def test_a_small_loss_is_put_down_to_chance() -> None:
    same = [0.5, 0.7, 0.9] * 50
    assert not is_refused(paired_test(same, same))
    assert not is_refused(paired_test(same, [*same[1:], 0.5]))
    assert is_refused(paired_test(same, [one - 0.02 for one in same]))
    assert is_refused(paired_test(same, [one - 0.005 for one in same]))


def test_data_of_another_task_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    rows = tmp_path / "claims.jsonl"
    claims = [
        {
            "id": str(n),
            "group": str(n),
            "claim": f"It rains on {n}.",
            "evidence": f"{n} is dry.",
            "label": "neither",
        }
        for n in "abcdefghi"
    ]
    rows.write_text("".join(json.dumps(claim) + "\n" for claim in claims))
    improve.add_dataset(workspace, [rows], name="claims")
    with pytest.raises(InputError, match=r"a reader is trained on questions, and claims@.* holds claims"):
        improve.train_reader(workspace, "claims", base=BASE)


def test_resuming_what_never_ran_or_is_done_is_refused(workspace: Workspace, card: ModelCard) -> None:
    settings = FitSettings(epochs=3, learning_rate=1e-4)
    with pytest.raises(InputError, match=r"no checkpoint at .* to go on from\. Resume with the same data"):
        improve.train_reader(workspace, "own", base=BASE, settings=settings, resume=True)
    with pytest.raises(InputError, match=rf"came to its end, it made {card.id}\. Train without --resume"):
        improve.train_reader(workspace, "own", base=BASE, settings=SETTINGS, resume=True)


def test_what_was_stopped_is_named_where_settings_differ(workspace: Workspace) -> None:
    class StopError(Exception):
        pass

    def stop(told: object) -> None:
        if isinstance(told, Step) and told.number > 1:
            raise StopError

    settings = replace(SETTINGS, epochs=2)
    with pytest.raises(StopError):
        improve.train_reader(workspace, "own", base=BASE, settings=settings, on_step=stop)
    other = replace(settings, epochs=3)
    with pytest.raises(InputError, match=r"One was stopped with epochs = 2\.0, not 3\.0\."):
        improve.train_reader(workspace, "own", base=BASE, settings=other, resume=True)


def test_a_full_disk_keeps_the_checkpoint_of_what_is_exported(tmp_path: Path, full_disk) -> None:
    model, tokenizer = load_base(BASE)
    with full_disk(), pytest.raises(LimitError, match=r"trained model cannot be written to .*--resume"):
        export_onnx(model, tokenizer, tmp_path / "model", output="last_hidden_state")
