"""Settings searched and methods compared on a small dataset, with the real base and engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files

import pytest
import torch

import vademecum
from vademecum import improve
from vademecum.errors import ConfigError, InputError
from vademecum.improve.method_table import compare_methods
from vademecum.train.datasets import Shares
from vademecum.train.settings import FitSettings
from vademecum.workspace import Workspace

BASE = "all-minilm-l6-v2"
SETTINGS = FitSettings(epochs=1, batch_size=8, learning_rate=1e-4, evaluations=2)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace with a few questions of the shipped suite."""
    folder = tmp_path_factory.mktemp("search")
    suite = json.loads(files("vademecum.evaluate").joinpath("suites/handbook.json").read_text("utf-8"))
    paragraphs = [one for article in suite["data"] for one in article["paragraphs"]][:6]
    articles = [{"title": f"part {number}", "paragraphs": [one]} for number, one in enumerate(paragraphs)]
    source = folder / "handbook.json"
    source.write_text(json.dumps({"data": articles}), "utf-8")
    with vademecum.open(folder / "ws") as opened:
        improve.add_dataset(opened, [source], name="own", shares=Shares(dev=0.2, test=0.3), max_bad_share=1)
        yield opened


def test_a_sweep_keeps_the_best_reader_and_goes_on_after_a_stop(workspace: Workspace) -> None:
    ended: list[int] = []

    def stop(trial: object) -> None:
        ended.append(len(ended))
        if len(ended) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        improve.sweep(workspace, "own", base=BASE, trials=3, settings=SETTINGS, on_trial=stop)
    report = improve.sweep(
        workspace, "own", base=BASE, trials=3, settings=SETTINGS, resume=True, on_trial=stop
    )
    assert len(ended) == 3
    rows = next(iter(report.tables.values()))
    assert sorted(row["trial"] for row in rows) == [0, 1, 2]
    card = workspace.models.get(report.manifest["model"])
    assert card.kind == "reader" and card.metrics == report.scores
    assert f"{card.settings['fit']['learning_rate']:.2g}" == rows[0]["learning_rate"]
    runs = workspace.folder / ".vade" / "runs"
    assert not list(runs.glob("*/trials"))
    assert not list(runs.glob("*/checkpoint.pt"))
    again = improve.sweep(workspace, "own", base=BASE, trials=3, settings=SETTINGS, resume=True)
    assert again.manifest["model"] == card.id and len(workspace.models.list()) == 1


def test_nothing_to_go_on_from_is_said(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="Search without --resume"):
        improve.sweep(workspace, "own", base=BASE, settings=replace(SETTINGS, seed=7), resume=True)


def test_ways_of_training_are_put_into_one_table(workspace: Workspace) -> None:
    told: list[str] = []
    report = compare_methods(
        workspace, "own", base=BASE, methods=("full", "head"), settings=SETTINGS, on_method=told.append
    )
    assert told == ["full", "head"]
    full, head = next(iter(report.tables.values()))
    assert (full["method"], head["method"]) == ("full", "head")
    assert float(head["share"].rstrip("%")) < 0.1 < float(full["share"].rstrip("%"))
    if not torch.cuda.is_available():
        assert 200 < head["memory, MB"] < full["memory, MB"] < 8_000
    again = compare_methods(
        workspace, "own", base=BASE, methods=("full", "head"), settings=SETTINGS, resume=True
    )
    assert again.tables == report.tables


def test_what_goes_wrong_in_the_other_process_is_raised_here(workspace: Workspace) -> None:
    with pytest.raises(ConfigError, match="bge-small-en-none"):
        compare_methods(workspace, "own", base="bge-small-en-none", settings=SETTINGS)
    with pytest.raises(ConfigError, match="device = cuda, but no GPU"):
        if torch.cuda.is_available():
            pytest.skip("needs a machine without a GPU")
        compare_methods(
            workspace, "own", base=BASE, methods=("head",), settings=replace(SETTINGS, device="cuda")
        )
    with pytest.raises(ConfigError, match="magic cannot be compared"):
        compare_methods(workspace, "own", methods=("magic",))
