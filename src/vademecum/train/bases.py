"""Encoders of the catalog as models that can be trained, with their tokenizers.

Owns loading and an attention that is fast on processors; training belongs to the engine.
Use: `encoder, tokenizer = load_base("ms-marco-minilm")`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import nn
from transformers import AttentionInterface, BertConfig, BertModel
from transformers.masking_utils import AttentionMaskInterface, eager_mask

from vademecum.errors import ConfigError
from vademecum.models.catalog import find_model
from vademecum.models.pull import Progress, ensure_model
from vademecum.train.floats import load_encoder

_ATTENTION = "vademecum"


def load_base(
    name: str, *, dropout: float = 0.0, progress: Progress | None = None
) -> tuple[BertModel, Tokenizer]:
    """Return a catalogued encoder in float32, and its tokenizer without padding or truncation.

    Args:
        name: Catalog name: all-minilm-l6-v2, bge-small-en, ms-marco-minilm or colbert-small.
        dropout: Of hidden states; drawing it takes a processor a sixth of the time of a step.
        progress: Told how far a first download is.

    Raises:
        ConfigError: No such model, or one that cannot be trained on.
        WeightsError: The weights cannot be had.
    """
    entry = find_model(name)
    folder = ensure_model(entry, progress=progress)
    if "model.onnx" in entry.files:
        encoder = load_encoder(folder)
    elif "model.safetensors" in entry.files:
        encoder = _load_safetensors(folder)
    else:
        raise ConfigError(
            f"'{name}' is a model for {entry.task} that cannot be trained on here."
            " Bases are all-minilm-l6-v2, bge-small-en, ms-marco-minilm and colbert-small."
        )
    for module in encoder.modules():
        if isinstance(module, nn.Dropout):
            module.p = dropout
    encoder.config._attn_implementation = _ATTENTION
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return encoder, tokenizer


def _load_safetensors(folder: Path) -> BertModel:
    model = BertModel(BertConfig.from_json_file(folder / "config.json"), add_pooling_layer=False)
    weights = load_file(folder / "model.safetensors")
    model.load_state_dict({name: weights[name] for name in model.state_dict()})
    return model


def _attention(
    module: nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    mask: torch.Tensor | None,
    scaling: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Attend in the precision of the inputs.

    On two cores a step of a 12-layer encoder took 0.9 s with this, 1.6 s with transformers' own, which
    goes to float32 and back, and 2.0 s with torch's fused one, whose backward pass is slow there.
    """
    with torch.autocast(query.device.type, enabled=False):
        scores = torch.matmul(query * (scaling or query.shape[-1] ** -0.5), key.transpose(2, 3))
        if mask is not None:
            scores = scores + mask.to(scores.dtype)
        mixed = torch.matmul(torch.softmax(scores, -1), value)  # [batch, heads, tokens, dim]
    return mixed.transpose(1, 2).contiguous(), None


AttentionInterface.register(_ATTENTION, _attention)
AttentionMaskInterface.register(_ATTENTION, eager_mask)
