"""Question and passage to relevance: the embedded cross-encoder.

Use: `CrossEncoder.load("ms-marco-minilm").score("refund period", ["Refunds take 30 days."])`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

from vademecum.models.catalog import find_model
from vademecum.models.onnx import OnnxModel, map_in_pool
from vademecum.models.pull import Progress, ensure_model


class CrossEncoder:
    """Reads a question and a passage together.

    Attributes:
        version: What made a score: model name and hash.
    """

    def __init__(self, model: OnnxModel, version: str) -> None:
        self._model = model
        self.version = version

    @classmethod
    def load(cls, name: str, *, progress: Progress | None = None) -> Self:
        """Load a catalogued cross-encoder, pulling its weights on first use.

        Raises:
            ConfigError: No such model.
            WeightsError: The weights cannot be had or are wrong.
        """
        entry = find_model(name)
        return cls.open(ensure_model(entry, progress=progress), entry.version)

    @classmethod
    def open(cls, folder: Path, version: str) -> Self:
        """Open the cross-encoder in a folder with `model.onnx` and `tokenizer.json`."""
        return cls(OnnxModel(folder), version)

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """Return one logit a passage, in their order; about -12 (unrelated) to 12 (answers it)."""
        return map_in_pool(lambda passage: float(self._model.run(question, passage)[0]), passages)
