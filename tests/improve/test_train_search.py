"""Embedders and rerankers tuned to pairs: mined, trained, measured beside their base, refused or used."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import vademecum
from vademecum import improve
from vademecum.errors import ConfigError, LimitError
from vademecum.evaluate.statistics import PairedTest
from vademecum.improve.mine import mine_negatives
from vademecum.improve.promote import is_refused
from vademecum.models.embed import Embedder
from vademecum.models.onnx import OnnxModel
from vademecum.models.rerank import CrossEncoder
from vademecum.train.datasets import Shares
from vademecum.train.settings import FitSettings
from vademecum.values import PairExample
from vademecum.workspace import Workspace

THINGS = ("lamp", "chair", "table", "spade", "hose", "pot", "bench", "rake", "glove", "hat", "seed", "bulb")
SETTINGS = FitSettings(epochs=1, batch_size=4, learning_rate=1e-6, evaluations=1)


def _rows() -> list[dict[str, str]]:
    return [
        {
            "id": f"{thing}-{about}",
            "group": thing,
            "query": f"{about} of the {thing}",
            "positive": f"The {about} of our {thing} is {at + 5}, as the list for the {thing} says.",
        }
        for at, thing in enumerate(THINGS)
        for about in ("price", "weight")
    ]


@pytest.fixture
def workspace(tmp_path: Path):  # type: ignore[no-untyped-def]
    source = tmp_path / "pairs.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in _rows()))
    with vademecum.open(tmp_path / "ws") as opened:
        improve.add_dataset(opened, [source], name="own", shares=Shares(dev=0.2, test=0.3))
        yield opened


def _judged(folder: Path) -> Path:
    folder.mkdir()
    texts = {"1": "Lamps give light.", "2": "Bread is baked from flour."}
    (folder / "corpus.jsonl").write_text(
        "".join(json.dumps({"_id": key, "title": "", "text": text}) + "\n" for key, text in texts.items())
    )
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "how is bread made"}) + "\n")
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\t2\t1\n")
    return folder


def test_an_embedder_is_tuned_measured_and_refused_without_a_gain(
    workspace: Workspace, tmp_path: Path
) -> None:
    general = _judged(tmp_path / "general")
    card = improve.train_embedder(workspace, "own", settings=SETTINGS, general=general)
    scores = {score.metric: score for score in card.metrics}
    assert set(scores) == {
        f"{metric}{part}" for metric in ("ndcg@10", "general-ndcg@10") for part in ("", "-before", "-gain")
    }
    assert scores["general-ndcg@10"].value == 1.0
    tuned = Embedder(OnnxModel(workspace.models.files(card)), card.version)
    base = Embedder.load(card.base)
    assert float(tuned.embed_passage("A lamp.") @ base.embed_passage("A lamp.")) > 0.99
    with pytest.raises(LimitError, match="not shown to be better"):
        improve.use_model(workspace, card.id)
    improve.use_model(workspace, card.id, force=True)
    assert workspace.embedder().space == card.version


def test_a_reranker_keeps_what_its_base_knows(workspace: Workspace) -> None:
    card = improve.train_reranker(workspace, "own", settings=SETTINGS)
    tuned = CrossEncoder.open(workspace.models.files(card), card.version)
    base = CrossEncoder.load(card.base)
    passages = ["The price of our lamp is 5.", "Rain falls on the hills."]
    assert tuned.score("price of the lamp", passages) == pytest.approx(
        base.score("price of the lamp", passages), abs=0.5
    )
    with pytest.raises(LimitError, match="not shown to be better"):
        improve.use_model(workspace, card.id)


def test_a_reranker_needs_a_cross_encoder(workspace: Workspace) -> None:
    with pytest.raises(ConfigError, match="not a cross-encoder"):
        improve.train_reranker(workspace, "own", base="bge-small-en", settings=SETTINGS)


def test_what_seems_to_answer_is_no_negative(workspace: Workspace) -> None:
    right = "The warranty on spades is ten years."
    near = "The warranty on spades does not cover rust."
    same = "Spades come with a warranty of ten years."
    pairs = [
        PairExample(id="1", group="1", query="How long is the warranty on spades?", positive=right),
        PairExample(id="2", group="2", query="Does the warranty cover rust?", positive=near),
        PairExample(id="3", group="3", query="What do spades come with?", positive=same),
    ]
    logits = {right: 5.0, near: 1.0, same: 4.5}
    mined = mine_negatives(
        {"train": pairs},
        embedder=workspace.embedder(),
        score=lambda _, passages: [logits[text] for text in passages],
        count=2,
    )
    assert mined.rows["train"][0].negatives == (near,)
    assert mined.false_negatives >= 1
    assert np.linalg.norm(mined.vectors[right]) == pytest.approx(1, abs=1e-5)


def test_search_models_must_gain() -> None:
    even = PairedTest(difference=0.01, low=-0.01, high=0.03, p_value=0.3, count=100, test="permutation")
    assert not is_refused(even)
    assert is_refused(even, must_gain=True)
