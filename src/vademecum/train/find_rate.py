"""Looks for a learning rate: raises it step by step and watches the loss.

Use: `find_rate(task, settings=FitSettings()).suggestion`.
Source: Smith 2017, "Cyclical learning rates for training neural networks".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from vademecum.errors import LimitError
from vademecum.train.engine import Run
from vademecum.train.settings import FitSettings
from vademecum.train.task import Task

_MEMORY = 0.9
_DIVERGED = 3.0  # times the lowest smoothed loss
_FEWEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSearch:
    """What a search saw.

    Attributes:
        points: (rate, smoothed loss) by rising rate.
        suggestion: Rate at which the loss fell fastest.
    """

    points: tuple[tuple[float, float], ...]
    suggestion: float


def find_rate(
    task: Task,
    *,
    settings: FitSettings,
    low: float = 1e-6,
    high: float = 1e-1,
    steps: int = 60,
    on_point: Callable[[int, int, float, float], None] | None = None,
) -> RateSearch:
    """Train for a few steps at rising rates; the model is spoilt afterwards, load it again.

    Args:
        task: What is to be trained.
        settings: Knobs; its own rate and schedule are not used.
        low: First rate.
        high: Last rate; the search ends before it once the loss diverges.
        steps: From `low` to `high`, evenly in the logarithm.
        on_point: Told step, steps, rate and smoothed loss.

    Raises:
        LimitError: The loss diverged before anything could be seen.
    """
    run = Run(task, settings, "find-rate", lambda told: None)
    points: list[tuple[float, float]] = []
    mean = 0.0
    for step, batch in zip(range(steps), run.batches(), strict=False):
        rate = low * (high / low) ** (step / max(steps - 1, 1))
        loss = run.step_at(batch, rate)
        mean = _MEMORY * mean + (1 - _MEMORY) * loss
        smoothed = mean / (1 - _MEMORY ** (step + 1))
        if not math.isfinite(smoothed):
            break
        points.append((rate, smoothed))
        if on_point is not None:
            on_point(step + 1, steps, rate, smoothed)
        if smoothed > _DIVERGED * min(value for _, value in points):
            break
    if len(points) < _FEWEST:
        raise LimitError(
            f"the loss diverged after {len(points)} steps, at the learning rate {rate:.2g}. Begin with a"
            " lower --low."
        )
    slopes = [
        (points[at + 1][1] - points[at - 1][1], points[at][0]) for at in range(_FEWEST // 2, len(points) - 1)
    ]
    return RateSearch(points=tuple(points), suggestion=min(slopes)[1])
