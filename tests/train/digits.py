"""A small real task for the engine: which digit a noisy vector stands for."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from sklearn.datasets import load_digits


class Digits:
    """A two-layer network on scikit-learn's digits."""

    separable = True

    def __init__(self, *, seed: int = 0, dropout: float = 0.0, count: int = 600) -> None:
        torch.manual_seed(seed)
        pictures, labels = load_digits(return_X_y=True)
        self._x = torch.tensor(pictures / 16, dtype=torch.float32)
        self._y = torch.tensor(labels)
        self.count = count
        self.model = torch.nn.Sequential(
            torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Dropout(dropout), torch.nn.Linear(32, 10)
        )

    def length(self, index: int) -> int:
        return 1 + index % 7

    def loss(self, indices: Sequence[int]) -> tuple[torch.Tensor, int]:
        rows = list(indices)
        logits = self.model(self._x[rows]).float()
        return torch.nn.functional.cross_entropy(logits, self._y[rows], reduction="sum"), len(rows)

    def evaluate(self) -> dict[str, float]:
        with torch.no_grad():
            found = self.model(self._x[self.count :]).argmax(-1)
        return {"accuracy": float((found == self._y[self.count :]).float().mean())}
