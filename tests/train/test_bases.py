"""Int8 files as floats, and floats as int8 files: what is lost on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from vademecum.errors import ConfigError
from vademecum.models.catalog import find_model
from vademecum.models.onnx import OnnxModel
from vademecum.models.pull import ensure_model
from vademecum.train.bases import load_base
from vademecum.train.encoding import stack
from vademecum.train.export import export_onnx

TEXT = "Refunds take 30 days from the day of delivery."


@pytest.mark.parametrize("name", ["bge-small-en", "ms-marco-minilm", "colbert-small", "all-minilm-l6-v2"])
def test_bases_can_be_trained(name: str) -> None:
    encoder, tokenizer = load_base(name)
    batch = stack([tokenizer.encode(TEXT), tokenizer.encode("Short.")], torch.device("cpu"))
    hidden = encoder(**batch).last_hidden_state
    hidden.pow(2).mean().backward()
    assert hidden.shape[::2] == (2, 384)
    gradient = encoder.encoder.layer[0].attention.self.query.weight.grad
    assert gradient is not None and gradient.abs().max() > 0


def test_floats_say_what_the_int8_file_says() -> None:
    encoder, tokenizer = load_base("bge-small-en")
    encoder.eval()
    with torch.no_grad():
        ours = encoder(**stack([tokenizer.encode(TEXT)], torch.device("cpu"))).last_hidden_state[0, 0].numpy()
    theirs = OnnxModel(ensure_model(find_model("bge-small-en"))).run(TEXT)[0]
    assert np.corrcoef(ours, theirs)[0, 1] > 0.99


def test_padding_changes_nothing() -> None:
    encoder, tokenizer = load_base("all-minilm-l6-v2")
    encoder.eval()
    long, short = tokenizer.encode(TEXT * 5), tokenizer.encode("Short.")
    with torch.no_grad():
        alone = encoder(**stack([short], torch.device("cpu"))).last_hidden_state[0, : len(short.ids)]
        beside = encoder(**stack([short, long], torch.device("cpu"))).last_hidden_state[0, : len(short.ids)]
    torch.testing.assert_close(alone, beside, rtol=1e-4, atol=1e-4)


def test_an_exported_model_runs_without_torch(tmp_path: Path) -> None:
    encoder, tokenizer = load_base("all-minilm-l6-v2")
    tokenizer.enable_truncation(128)

    class Hidden(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder

        def forward(
            self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
        ) -> torch.Tensor:
            return self.encoder(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state

    model = Hidden()
    path = export_onnx(model, tokenizer, tmp_path, output="hidden")
    assert path.stat().st_size < 24e6
    for text in ("Short.", TEXT, TEXT * 6):
        found = OnnxModel(tmp_path, max_tokens=128).run(text)
        with torch.no_grad():
            wanted = model(**stack([tokenizer.encode(text)], torch.device("cpu")))[0, : len(found)].numpy()
        assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.98


def test_what_cannot_be_trained_is_said() -> None:
    with pytest.raises(ConfigError, match=r"'smollm2-135m' is a model for chat.*Bases are all-minilm-l6-v2"):
        load_base("smollm2-135m")
