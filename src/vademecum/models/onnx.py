"""ONNX models on the CPU: one session a model, one thread pool for the process.

A session computes with the thread that calls it, and batches are single texts without padding:
with dynamic int8 quantisation a text's result would otherwise depend on its batch mates, and
short texts in parallel are faster than padded batches.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

T = TypeVar("T")
R = TypeVar("R")

_pool: ThreadPoolExecutor | None = None
_pool_lock = threading.Lock()


def model_pool(threads: int = 0) -> ThreadPoolExecutor:
    """Return the process's one pool for model work; the first caller sizes it (0: one a core)."""
    global _pool
    with _pool_lock:
        if _pool is None:
            _pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="vade-model")
        return _pool


def map_in_pool(function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Apply `function` to each item on the model pool, keeping the order."""
    return list(model_pool().map(function, items))


class OnnxModel:
    """A tokenizer and a session; safe to call from several threads.

    Args:
        folder: Folder with `model.onnx` and `tokenizer.json`.
        max_tokens: Longer inputs are cut to this many tokens, special tokens included.
    """

    def __init__(self, folder: Path, *, max_tokens: int = 512) -> None:
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._wants_types = any(item.name == "token_type_ids" for item in self._session.get_inputs())

    def run(self, text: str, pair: str | None = None) -> NDArray[np.float32]:
        """Return the first output for one text or one pair, without the batch dimension."""
        return self.run_encoding(self.tokenizer.encode(text, pair))

    def run_encoding(self, encoding: Encoding) -> NDArray[np.float32]:
        """Return the first output for what the tokenizer made of a text, without the batch dimension."""
        feeds: dict[str, Any] = {
            "input_ids": np.asarray([encoding.ids], dtype=np.int64),  # [1, tokens]
            "attention_mask": np.asarray([encoding.attention_mask], dtype=np.int64),
        }
        if self._wants_types:
            feeds["token_type_ids"] = np.asarray([encoding.type_ids], dtype=np.int64)
        output: NDArray[np.float32] = self._session.run(None, feeds)[0][0]
        return output
