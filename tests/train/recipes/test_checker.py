"""The checker: a tiny model learns a tiny task through the engine, is exported, and core judges with it."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel

from vademecum.models.catalog import find_model
from vademecum.models.check import WINDOW_TOKENS, ClaimChecker, Verdict, prepare, strongest, windows
from vademecum.models.pull import ensure_model
from vademecum.models.rerank import CrossEncoder
from vademecum.train.bases import load_base
from vademecum.train.encoding import stack
from vademecum.train.engine import fit
from vademecum.train.export import export_onnx
from vademecum.train.heads import load_head
from vademecum.train.recipes.checker import CheckerTask, check_rows
from vademecum.train.settings import FitSettings
from vademecum.values.dataset import CLAIM_LABELS, ClaimExample, ClaimLabel

COLOURS, ANIMALS = ("red", "blue", "green"), ("cat", "dog", "fox")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
WORDS = (*SPECIAL, *COLOURS, *ANIMALS, "the", "is", "not", ".", "word")
SETTINGS = FitSettings(
    epochs=16, batch_size=16, learning_rate=2e-3, precision="float32", evaluations=3, device="cpu"
)


def tiny() -> tuple[BertModel, Tokenizer]:
    """A two-layer encoder with random weights, and a tokenizer of whole words."""
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
        initializer_range=0.2,
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


def rows() -> tuple[list[ClaimExample], list[ClaimExample]]:
    """Evidence tells the colour of an animal; a denial contradicts it, and another animal is left open."""
    made = []
    for colour, animal, other, number in itertools.product(COLOURS, ANIMALS, ANIMALS, range(8)):
        if animal != other and number > 3:  # as many open ones as of the two others
            continue
        for verb in ("is", "is not"):
            same: ClaimLabel = "supported" if verb == "is" else "contradicted"
            made.append(
                ClaimExample(
                    id=f"{colour} {animal} {other} {number} {verb}",
                    group=f"{colour}{animal}",
                    claim=f"the {other} {verb} {colour} .",
                    evidence=f"the {animal} is {colour} .{' word' * number}",
                    label=same if animal == other else "neither",
                )
            )
    random.Random(0).shuffle(made)
    return made[60:], made[:60]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[CheckerTask, Tokenizer, Path, float]:
    train, dev = rows()
    encoder, tokenizer = tiny()
    task = CheckerTask(encoder, tokenizer, train=train, dev=dev)
    folder = tmp_path_factory.mktemp("checker")
    run = fit(task, settings=SETTINGS, folder=folder / "run", identity="tiny")
    export_onnx(task.model, tokenizer, folder / "model", output="logits")
    return task, tokenizer, folder / "model", run.best.score


def test_it_learns(trained: tuple[CheckerTask, Tokenizer, Path, float]) -> None:
    task, _, _, score = trained
    assert score > 0.95
    assert list(task.evaluate()) == ["balanced-accuracy", "supported-auroc"]


def test_core_judges_as_training_does(trained: tuple[CheckerTask, Tokenizer, Path, float]) -> None:
    task, tokenizer, folder, _ = trained
    _, dev = rows()
    checker = ClaimChecker.open(folder)
    assert checker.version.startswith("checker@")
    found = [checker.check(one.claim, [one.evidence])[0] for one in dev]
    assert np.mean([verdict.label == one.label for verdict, one in zip(found, dev, strict=True)]) > 0.95
    inside = check_rows(task.model, tokenizer, dev)
    outside = np.asarray([[getattr(verdict, label) for label in CLAIM_LABELS] for verdict in found])
    np.testing.assert_allclose(outside.sum(axis=1), 1, rtol=1e-5)
    assert np.abs(inside - outside).mean() < 0.1  # int8 weights


def test_verdicts_stand_in_the_order_of_the_evidence(
    trained: tuple[CheckerTask, Tokenizer, Path, float],
) -> None:
    checker = ClaimChecker.open(trained[2])
    evidence = ["the cat is red .", "the dog is red .", "", "  "]
    labels = [verdict.label for verdict in checker.check("the cat is red .", evidence)]
    assert labels == ["supported", "neither", "neither", "neither"]
    denied = [verdict.label for verdict in checker.check("the cat is not red .", evidence)]
    assert denied == ["contradicted", "neither", "neither", "neither"]
    assert checker.check("the cat is red .", []) == []


def test_the_place_in_long_evidence_does_not_matter(
    trained: tuple[CheckerTask, Tokenizer, Path, float],
) -> None:
    checker = ClaimChecker.open(trained[2])
    filler = f"{'word ' * (WINDOW_TOKENS - 12)}.\n\n"  # leaves no room for another sentence beside it
    assert checker.check("the cat is red .", [filler])[0].label != "supported"
    for evidence in (
        "the cat is red .",
        f"{filler}the cat is red .",
        f"{filler}the cat is red .\n\n{filler}",
    ):
        assert checker.check("the cat is red .", [evidence])[0].label == "supported"


def test_an_example_without_evidence_is_not_learnt_from() -> None:
    encoder, tokenizer = tiny()
    empty = ClaimExample(id="1", group="1", claim="the cat is red .", evidence=" ", label="neither")
    task = CheckerTask(encoder, tokenizer, train=[empty, *rows()[0][:3]], dev=[empty])
    assert task.count == 3
    assert task.evaluate()["balanced-accuracy"] == 1.0


@pytest.mark.parametrize("sentences", [0, 1, 3, 40, 200])
def test_windows_hold_every_sentence_and_no_more_tokens_than_fit(sentences: int) -> None:
    tokenizer = prepare(tiny()[1])
    evidence = " ".join("The cat is red ." for _ in range(sentences))
    found = list(windows(tokenizer, "the dog is blue .", evidence))
    assert all(len(one.ids) <= WINDOW_TOKENS for one in found)
    assert sum(one.tokens.count("cat") for one in found) >= sentences
    assert len(found) == 0 if sentences == 0 else len(found) >= sentences * 5 // WINDOW_TOKENS


def test_long_sentences_and_long_claims_are_cut() -> None:
    tokenizer = prepare(tiny()[1])
    found = list(windows(tokenizer, "word " * 300, "cat " * 400 + "."))
    assert all(len(one.ids) <= WINDOW_TOKENS for one in found)
    assert sum(one.tokens.count("cat") for one in found) >= 400
    assert found[0].tokens.count("word") == 80


def test_the_strongest_window_speaks() -> None:
    support, against, nothing = [0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.1, 0.1, 0.8]
    strong = [0.05, 0.9, 0.05]
    for given, best in (
        ([nothing, support, against], support),
        ([support, strong], strong),
        ([nothing], nothing),
    ):
        np.testing.assert_array_equal(
            strongest(np.asarray(given, dtype=np.float32)), np.asarray(best, np.float32)
        )


def test_a_verdict_names_its_label() -> None:
    assert Verdict(supported=0.2, contradicted=0.5, neither=0.3).label == "contradicted"


def test_the_head_of_the_cross_encoder_gives_its_logits() -> None:
    folder = ensure_model(find_model("ms-marco-minilm"))
    encoder, tokenizer = load_base("ms-marco-minilm")
    head = load_head(folder)
    assert head is not None
    pool, relevance = head
    scorer = CrossEncoder.load("ms-marco-minilm")
    for question, passage in (("refund period", "Refunds take 30 days."), ("refund period", "Cats sleep.")):
        with torch.no_grad():
            hidden = encoder(
                **stack([tokenizer.encode(question, passage)], torch.device("cpu"))
            ).last_hidden_state
            logit = relevance(torch.tanh(pool(hidden[:, 0]))).item()
        assert logit == pytest.approx(scorer.score(question, [passage])[0], abs=0.5)  # int8 activations


def test_an_encoder_without_head_has_none() -> None:
    assert load_head(ensure_model(find_model("bge-small-en"))) is None
