"""The reranker's recipe: it learns an order from negatives, and begins as what it is tuned from."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
import torch
from test_embedder import ANIMALS, COLOURS, tiny

from vademecum.errors import InputError
from vademecum.models.catalog import find_model
from vademecum.models.pull import ensure_model
from vademecum.models.rerank import CrossEncoder
from vademecum.train.bases import load_base
from vademecum.train.engine import fit
from vademecum.train.heads import load_head
from vademecum.train.recipes.reranker import RerankerSettings, RerankerTask
from vademecum.train.settings import FitSettings
from vademecum.values.dataset import PairExample

SETTINGS = FitSettings(
    epochs=40, batch_size=6, learning_rate=2e-3, precision="float32", evaluations=2, device="cpu"
)
PAIRS = [
    PairExample(
        id=f"{colour} {animal}",
        group=colour,
        query=f"{colour} {animal}",
        positive=f"{other} {rouge}",
        negatives=tuple(f"{one} {rouge}" for one in ANIMALS.values() if one != other),
    )
    for (colour, rouge), (animal, other) in itertools.product(COLOURS.items(), ANIMALS.items())
]


def test_it_learns_which_passage_answers(tmp_path: Path) -> None:
    encoder, tokenizer = tiny()
    dev = [pair for at, pair in enumerate(PAIRS) if at % 5 == 0]
    train = [pair for pair in PAIRS if pair not in dev]
    task = RerankerTask(encoder, tokenizer, train=train, dev=dev, settings=RerankerSettings())
    before = task.evaluate()["ndcg@10"]
    fit(task, settings=SETTINGS, folder=tmp_path, identity="test")
    assert task.evaluate()["ndcg@10"] > max(before + 0.1, 0.9)


def test_pairs_without_negatives_teach_nothing(tmp_path: Path) -> None:
    encoder, tokenizer = tiny()
    bare = [PairExample(id="1", group="1", query="red cat", positive="chat rouge")]
    task = RerankerTask(encoder, tokenizer, train=bare, dev=bare, settings=RerankerSettings())
    assert task.count == 0
    with pytest.raises(InputError, match="no example to train on"):
        fit(task, settings=SETTINGS, folder=tmp_path, identity="test")


def test_it_begins_as_the_cross_encoder_it_is_tuned_from() -> None:
    folder = ensure_model(find_model("ms-marco-minilm"))
    encoder, tokenizer = load_base("ms-marco-minilm")
    texts = ("Payment is due within 30 days.", "The cat sleeps.")
    query = "When do I have to pay?"
    row = PairExample(id="1", group="1", query=query, positive=texts[0], negatives=texts[1:])
    task = RerankerTask(
        encoder, tokenizer, train=[row], dev=[row], settings=RerankerSettings(), head=load_head(folder)
    )
    task.model.eval()
    with torch.no_grad():
        (found,) = task._score([task._dev[0]])
    wanted = CrossEncoder.load("ms-marco-minilm").score(query, list(texts))
    np.testing.assert_allclose(found.numpy(), wanted, atol=0.5)
