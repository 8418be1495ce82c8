"""What each method trains, and that the model is its plain self again afterwards."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from digits import Digits
from torch import nn
from transformers import BertConfig, BertModel

from vademecum.errors import ConfigError
from vademecum.train.engine import fit
from vademecum.train.methods import choose_weights, put_together, trained_share
from vademecum.train.settings import METHODS, FitSettings, Method


class Reading(nn.Module):
    """Reads the rows of a picture as embeddings of tokens."""

    def __init__(self) -> None:
        super().__init__()
        config = BertConfig(
            hidden_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=32,
            vocab_size=8,
            max_position_embeddings=8,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.widen = nn.Linear(8, 16)
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.head = nn.Linear(16, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return logits, [batch, 10]."""
        embedded = self.widen(pictures.view(-1, 8, 8))
        logits: torch.Tensor = self.head(self.encoder(inputs_embeds=embedded).last_hidden_state.mean(1))
        return logits


def _task() -> Digits:
    task = Digits()
    task.model = Reading()
    return task


SETTINGS = FitSettings(
    epochs=1, batch_size=50, learning_rate=1e-2, precision="float32", evaluations=1, device="cpu"
)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_changes_what_it_says(method: Method, tmp_path: Path) -> None:
    task = _task()
    before = copy.deepcopy(task.model.state_dict())
    run = fit(
        task, settings=FitSettings(**{**SETTINGS.to_dict(), "method": method}), folder=tmp_path, identity=""
    )
    after = task.model.state_dict()
    assert after.keys() == before.keys()
    changed = {name for name in after if not torch.equal(after[name], before[name])}
    inside = {name for name in changed if name.startswith("encoder.")}
    assert "head.weight" in changed
    kinds = {"full": {"weight", "bias"}, "head": set(), "bitfit": {"bias"}, "lora": {"weight"}}
    assert {name.rpartition(".")[2] for name in inside} == kinds[method]
    assert (run.trained_share == 1) is (method == "full")


def test_an_adapter_says_the_same_apart_and_put_together() -> None:
    model = Reading().eval()
    choose_weights(model, "lora")
    for name, one in model.named_parameters():
        if "lora_B" in name:
            nn.init.normal_(one, std=0.1)
    pictures = torch.rand(4, 64)
    apart = model(pictures)
    assert 0 < trained_share(model) < 0.7
    put_together(model)
    assert isinstance(model.encoder, BertModel)
    torch.testing.assert_close(model(pictures), apart)


def test_a_killed_run_of_an_adapter_goes_on(tmp_path: Path) -> None:
    settings = FitSettings(**{**SETTINGS.to_dict(), "method": "lora", "checkpoint_s": 0, "evaluations": 3})
    whole = _task()
    fit(whole, settings=settings, folder=tmp_path / "whole", identity="")

    def stop(told: object) -> None:
        if getattr(told, "number", 0) == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(_task(), settings=settings, folder=tmp_path / "parts", identity="", on_step=stop)
    parts = _task()
    fit(parts, settings=settings, folder=tmp_path / "parts", identity="", resume=True)
    for name, one in whole.model.state_dict().items():
        torch.testing.assert_close(one, parts.model.state_dict()[name], msg=name)


def test_a_method_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ConfigError, match="method = lora is for models with an encoder"):
        choose_weights(nn.Linear(2, 2), "lora")
    bare = nn.Module()
    bare.encoder = nn.Linear(2, 2)
    with pytest.raises(ConfigError, match="no head that method = head could train"):
        choose_weights(bare, "head")
    with pytest.raises(ConfigError, match="method = all"):
        FitSettings(method="all")  # type: ignore[arg-type]
