"""The embedder's recipe: what belongs together is learnt, false negatives are left out, an anchor holds."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from vademecum.train.datasets.pairs import hidden_passages
from vademecum.train.engine import fit
from vademecum.train.recipes.embedder import EmbedderSettings, EmbedderTask, Vectors
from vademecum.train.settings import FitSettings
from vademecum.values.dataset import PairExample

COLOURS = {"red": "rouge", "blue": "bleu", "green": "vert", "white": "blanc"}
ANIMALS = {"cat": "chat", "dog": "chien", "fox": "renard", "cow": "vache"}
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", *COLOURS, *COLOURS.values(), *ANIMALS, *ANIMALS.values())
PAIRS = [
    PairExample(id=f"{at}", group=f"{at}", query=f"{colour} {animal}", positive=f"{other} {rouge}")
    for at, ((colour, rouge), (animal, other)) in enumerate(
        itertools.product(COLOURS.items(), ANIMALS.items())
    )
]
SETTINGS = FitSettings(
    epochs=60, batch_size=6, learning_rate=2e-3, precision="float32", evaluations=3, device="cpu"
)


def tiny() -> tuple[BertModel, Tokenizer]:
    """A small encoder with random weights, and a tokenizer of whole words."""
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=0,
        attn_implementation="eager",
    )
    tokenizer = Tokenizer(models.WordLevel({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    return BertModel(config, add_pooling_layer=False), tokenizer


def base_vectors() -> Vectors:
    """What the untrained encoder says of every text."""
    encoder, tokenizer = tiny()
    texts = [text for pair in PAIRS for text in (pair.query, pair.positive)]
    with torch.no_grad():
        rows = [
            encoder(torch.tensor([tokenizer.encode(text).ids])).last_hidden_state[0, 0].numpy()
            for text in texts
        ]
    return {text: row / np.linalg.norm(row) for text, row in zip(texts, rows, strict=True)}


def trained(folder: Path, *, anchor: float) -> EmbedderTask:
    encoder, tokenizer = tiny()
    dev = [pair for at, pair in enumerate(PAIRS) if at % 5 == 0]  # one of each colour and of each animal
    train = [pair for pair in PAIRS if pair not in dev]
    task = EmbedderTask(
        encoder,
        tokenizer,
        train=train,
        dev=[*dev, *train],
        vectors=base_vectors(),
        settings=EmbedderSettings(anchor=anchor),
    )
    fit(task, settings=SETTINGS, folder=folder, identity="test")
    return task


def test_it_learns_what_belongs_together_and_an_anchor_holds_it(tmp_path: Path) -> None:
    free, held = trained(tmp_path / "free", anchor=0.0), trained(tmp_path / "held", anchor=20.0)
    encoder, tokenizer = tiny()
    untrained = EmbedderTask(
        encoder, tokenizer, train=PAIRS, dev=PAIRS, vectors=base_vectors(), settings=EmbedderSettings()
    )
    assert free.evaluate()["ndcg@10"] > untrained.evaluate()["ndcg@10"] + 0.2
    before = base_vectors()
    passages = [pair.positive for pair in PAIRS]

    def moved(task: EmbedderTask) -> float:
        after = task._embed_all(passages)
        return float(np.mean([1 - after[at] @ before[text] for at, text in enumerate(passages)]))

    assert moved(held) < moved(free) / 2


def test_other_answers_and_what_the_base_finds_nearer_are_no_negatives() -> None:
    encoder, tokenizer = tiny()
    east, north = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    north_east = np.array([0.8, 0.6], np.float32)
    rows = [
        PairExample(id="1", group="1", query="red", positive="chat rouge", negatives=("chien",)),
        PairExample(id="2", group="2", query="red", positive="vache rouge"),
        PairExample(id="3", group="3", query="blue", positive="chat bleu"),
    ]
    vectors = {"red": east, "blue": north, "chat rouge": north_east, "vache rouge": north}
    vectors |= {"chat bleu": east, "chien": east}
    task = EmbedderTask(
        encoder, tokenizer, train=rows, dev=rows, vectors=vectors, settings=EmbedderSettings()
    )
    passages = ["chat rouge", "vache rouge", "chat bleu", "chien"]
    out = task._left_out(rows, [row.negatives for row in rows], passages).tolist()
    assert out[0] == [False, True, True, False]  # another answer; nearer; mined
    assert out[1] == [True, False, True, True]
    assert out[2] == [True, True, False, False]


def test_a_query_that_stands_in_its_passage_is_hidden_from_it() -> None:
    text = "the lift of a wing in a slipstream rises with the speed of the propeller"
    pair = PairExample(id="1", group="1", query="wing in a slipstream", positive=text)
    other = PairExample(id="2", group="2", query="cause of stall", positive="it is caused by the angle")
    shown = hidden_passages([pair, other], share=1.0, seed=0)
    assert shown == {text: "the lift of a  rises with the speed of the propeller"}
    assert hidden_passages([pair], share=0.0, seed=0) == {}
    short = PairExample(id="3", group="3", query="wing in a slipstream", positive="a wing in a slipstream")
    assert hidden_passages([short], share=1.0, seed=0) == {}
