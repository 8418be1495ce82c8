"""Text to vectors: the embedded encoder.

Use: `Embedder.load("bge-small-en").embed_query("refund period")` gives float32 [384].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from vademecum.models.catalog import find_model
from vademecum.models.onnx import OnnxModel
from vademecum.models.pull import Progress, ensure_model

Vector = NDArray[np.float32]


class Embedder:
    """Encodes passages and questions into one vector space.

    Attributes:
        space: Names the space its vectors live in; vectors of two spaces never meet.
        dim: Length of a vector.
    """

    def __init__(self, model: OnnxModel, space: str, *, query_prefix: str = "") -> None:
        self._model = model
        self._query_prefix = query_prefix
        self.space = space
        self.dim = int(self.embed_query("dimension").shape[0])

    @classmethod
    def load(cls, name: str, *, progress: Progress | None = None) -> Self:
        """Load a catalogued encoder, pulling its weights on first use.

        Raises:
            ConfigError: No such model.
            WeightsError: The weights cannot be had or are wrong.
        """
        entry = find_model(name)
        folder = ensure_model(entry, progress=progress)
        return cls(OnnxModel(folder), entry.version, query_prefix=entry.query_prefix)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return how many tokens the model would read of each text, special tokens left out."""
        encodings = self._model.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(code.ids) + sum(len(rest.ids) for rest in code.overflowing) for code in encodings]

    def embed_query(self, text: str) -> Vector:
        """Return the unit vector of a question, float32 [dim]."""
        return self.embed_passage(self._query_prefix + text)

    def embed_passage(self, text: str) -> Vector:
        """Return the unit vector of a passage, float32 [dim]; it does not depend on other passages."""
        hidden = self._model.run(text)  # [tokens, dim]
        first = hidden[0]  # CLS pooling, as the model was trained
        return np.asarray(first / np.linalg.norm(first), dtype=np.float32)

    def embed_tokens(self, text: str) -> Vector:
        """Return a unit vector a token, special tokens left out, float32 [tokens, dim].

        A text longer than the model reads is read piece by piece; no token is lost, but tokens of
        different pieces do not see each other.
        """
        whole = self._model.tokenizer.encode(text)
        pieces = []
        for code in (whole, *whole.overflowing):
            hidden = self._model.run_encoding(code)  # [tokens and special tokens, dim]
            pieces.append(hidden[np.asarray(code.special_tokens_mask) == 0])
        vectors = np.concatenate(pieces)  # [tokens, dim]
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)
