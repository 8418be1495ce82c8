"""Writes a trained model as int8 ONNX, the form in which core runs it without torch.

Owns export and dynamic quantisation; nothing here knows what the model is for.
Use: `export_onnx(model, tokenizer, folder, output="logits")`.
"""

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn

from vademecum.errors import LimitError
from vademecum.train.encoding import stack

_OPSET = 18


def export_onnx(model: nn.Module, tokenizer: Tokenizer, folder: Path, *, output: str) -> Path:
    """Write `model.onnx` (int8 weights, float32 in and out) and `tokenizer.json` into a folder.

    Args:
        model: Takes input_ids, attention_mask and token_type_ids, int64 [batch, tokens].
        tokenizer: Its tokenizer.
        folder: Made when it is not there.
        output: Name of what it returns; its first dimension is the batch.

    Returns:
        The path of `model.onnx`. Weights of matrices and embeddings are quantised a channel, which
        makes the file a quarter as large.

    Raises:
        LimitError: The files cannot be written.
    """
    try:
        return _export(model, tokenizer, folder, output)
    except OSError as error:
        raise LimitError(
            f"the trained model cannot be written to {folder}: {error}. Free some space and go on with"
            " --resume; nothing is trained again."
        ) from error


def _export(model: nn.Module, tokenizer: Tokenizer, folder: Path, output: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=True), "utf-8")
    model = model.to("cpu").float().eval()
    example = stack([tokenizer.encode("one", "two"), tokenizer.encode("three", "four")], torch.device("cpu"))
    axes = {0: torch.export.Dim("batch", max=4096), 1: torch.export.Dim("tokens", max=512)}
    with tempfile.TemporaryDirectory() as scratch, _quiet():
        plain = Path(scratch) / "plain.onnx"
        torch.onnx.export(
            model,
            kwargs=example,
            f=plain,
            input_names=list(example),
            output_names=[output],
            dynamic_shapes=dict.fromkeys(example, axes),
            opset_version=_OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        path = folder / "model.onnx"
        quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True)
    return path


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the exporters say of their own insides from people."""
    loggers = [logging.getLogger(name) for name in ("torch.onnx", "onnxscript", "root", "")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)
