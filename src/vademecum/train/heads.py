"""Reads the head of a catalogued cross-encoder, so that a new one starts from what it knows of relevance.

Use: `load_head(folder)` beside `train/floats.py`'s `load_encoder(folder)`.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import nn


def load_head(folder: Path) -> tuple[nn.Linear, nn.Linear] | None:
    """Return the pooling layer and the layer that gives the logit; None for an encoder without them.

    Args:
        folder: Folder with `model.onnx`, BERT with a classifier, quantised by ONNX Runtime.
    """
    stored = {
        one.name: numpy_helper.to_array(one) for one in onnx.load(folder / "model.onnx").graph.initializer
    }
    if "classifier.weight_quantized" not in stored or "bert.pooler.dense.weight_quantized" not in stored:
        return None
    return _linear(stored, "bert.pooler.dense"), _linear(stored, "classifier")


def _linear(stored: dict[str, NDArray[np.float32]], name: str) -> nn.Linear:
    scale, zero = stored[f"{name}.weight_scale"], stored[f"{name}.weight_zero_point"]
    weight = (stored[f"{name}.weight_quantized"].astype(np.float32) - zero) * scale  # [in, out]
    layer = nn.Linear(*weight.shape)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(np.array(weight.T)))
        layer.bias.copy_(torch.from_numpy(np.array(stored[f"{name}.bias"])))
    return layer
