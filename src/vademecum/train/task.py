"""What a recipe hands to the engine, and what the engine tells while it works.

Use: an object with `model`, `count`, `separable`, `length`, `loss` and `evaluate` is a `Task`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import torch


class Task(Protocol):
    """A model, its examples and its loss.

    Attributes:
        model: What is trained; the engine moves it to its device.
        count: Number of training examples.
        separable: Whether the loss of a batch is the sum over its examples, so that a batch may be
            worked off in parts with the same gradient. A contrastive loss is not.
    """

    model: torch.nn.Module
    count: int
    separable: bool

    def length(self, index: int) -> int:
        """Return how many tokens an example has; batches are made of similar lengths."""
        ...

    def loss(self, indices: Sequence[int]) -> tuple[torch.Tensor, int]:
        """Return the sum of the losses of these examples (a scalar) and how many terms it has."""
        ...

    def evaluate(self) -> dict[str, float]:
        """Return figures on held-out data; the first one decides, higher is better."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One update of the weights.

    Attributes:
        number: From 1.
        of: Steps of the whole run.
        loss: Mean loss over the batch.
        rate: Learning rate that was applied.
        gradient: Norm of the gradient before it was clipped.
        seconds: Time since the run began, interruptions left out.
    """

    number: int
    of: int
    loss: float
    rate: float
    gradient: float
    seconds: float

    @property
    def left_s(self) -> float:
        """Estimate of the seconds that are left."""
        return self.seconds / self.number * (self.of - self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Figures on held-out data after a step.

    Attributes:
        step: After which step.
        figures: By name; the first one decides.
        layers: Gradient norm of each weight matrix in that step, first layer first.
        dead: Share of the units behind activation functions that stayed at zero, in [0, 1].
    """

    step: int
    figures: dict[str, float]
    layers: dict[str, float]
    dead: float

    @property
    def score(self) -> float:
        """The figure that decides."""
        return next(iter(self.figures.values()))


OnStep = Callable[[Step | Evaluation | str], None]
"""Told every step, every evaluation, and in words what else happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRun:
    """What came of a training.

    Attributes:
        steps: Every step.
        evaluations: Every evaluation.
        best: The evaluation whose weights the model has now.
        trained_share: Share of the model's weights that were trained, in [0, 1].
        stopped_early: Whether patience ran out.
        diagnosis: What is wrong with the run, in words with the evidence; empty when nothing is.
    """

    steps: tuple[Step, ...]
    evaluations: tuple[Evaluation, ...]
    best: Evaluation
    trained_share: float
    stopped_early: bool
    diagnosis: tuple[str, ...]
