"""Turns the int8 ONNX encoders of the catalog back into floats, so that they can be trained on.

Owns reading the graph of a dynamically quantised BERT; the model itself is transformers' own.
Use: `load_encoder(folder)` gives a `BertModel` whose outputs are close to the file's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from vademecum.errors import ConfigError

_HEAD_DIM = 32  # of every 384-wide encoder of the MiniLM and BGE-small class
_LAYER = re.compile(r"encoder\.layer\.(\d+)\.")


def load_encoder(folder: Path) -> BertModel:
    """Return the encoder of `model.onnx` as a float32 model in training mode, without a pooler.

    Args:
        folder: Folder with `model.onnx` (BERT, exported from transformers and quantised by ONNX
            Runtime) and `tokenizer.json`.

    Raises:
        ConfigError: The file is no such encoder.
    """
    weights = dict(_weights(onnx.load(folder / "model.onnx")))
    layers = {int(found[1]) for name in weights if (found := _LAYER.match(name))}
    try:
        width = weights["embeddings.word_embeddings.weight"].shape[1]
        config = BertConfig(
            vocab_size=len(weights["embeddings.word_embeddings.weight"]),
            hidden_size=width,
            num_hidden_layers=len(layers),
            num_attention_heads=width // _HEAD_DIM,
            intermediate_size=len(weights["encoder.layer.0.intermediate.dense.weight"]),
            max_position_embeddings=len(weights["embeddings.position_embeddings.weight"]),
            pad_token_id=Tokenizer.from_file(str(folder / "tokenizer.json")).token_to_id("[PAD]"),
        )
        model = BertModel(config, add_pooling_layer=False)
        model.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in weights.items()})
    except (KeyError, RuntimeError) as error:
        raise ConfigError(
            f"{folder / 'model.onnx'} is no BERT encoder that can be trained on ({error})."
            " Name another base: vade models list"
        ) from error
    return model


def _weights(model: onnx.ModelProto) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the parameters of the encoder by their names in transformers."""
    stored = {one.name: numpy_helper.to_array(one) for one in model.graph.initializer}

    def dequantised(name: str) -> np.ndarray:
        scale, zero = stored[f"{name}_scale"], stored[f"{name}_zero_point"]
        return (stored[f"{name}_quantized"].astype(np.float32) - zero) * scale

    for name, value in stored.items():
        base = name.removeprefix("bert.")
        if base.startswith(("embeddings.", "encoder.")) and value.ndim == 1 and value.dtype == np.float32:
            yield base, value
        elif base.startswith("embeddings.") and base.endswith("_quantized"):
            yield base.removesuffix("_quantized"), dequantised(name.removesuffix("_quantized"))
    for node in model.graph.node:
        path = node.name.removeprefix("/bert").removesuffix("/MatMul_quant").strip("/")
        if node.op_type == "MatMulInteger" and path.startswith("encoder/"):
            matrix = dequantised(node.input[1].removesuffix("_quantized"))  # [in, out]
            yield f"{path.replace('/', '.')}.weight", np.ascontiguousarray(matrix.T)
