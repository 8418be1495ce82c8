"""A training as a report: its course as curves, its diagnosis in words, its figures with intervals.

Use: `save_report(run_report("reader", run, scores, manifest), folder)` writes the file and its page.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from vademecum.train.task import FitRun, Step
from vademecum.values import Report, Score

_POINTS = 200


def run_report(name: str, run: FitRun, scores: Sequence[Score], manifest: Mapping[str, Any]) -> Report:
    """Return the report of a training.

    Args:
        name: What was trained.
        run: Its steps and evaluations.
        scores: Figures of the result on the test rows.
        manifest: What made it.
    """
    held_out = {
        f"held-out {figure} by step": tuple(
            (float(one.step), one.figures[figure]) for one in run.evaluations if figure in one.figures
        )
        for figure in run.best.figures
    }
    notes = [f"The weights of step {run.best.step} of {run.steps[-1].of} are kept."]
    if run.stopped_early:
        notes.append("Stopped early: the held-out figure did not rise any more.")
    notes += run.diagnosis or ["The course of the training shows nothing unusual."]
    layers = dict(run.evaluations[-1].layers) if run.evaluations else {}
    return Report(
        kind="train",
        name=name,
        scores=tuple(scores),
        curves={
            "loss by step": _smooth(run.steps, "loss"),
            "learning rate by step": _smooth(run.steps, "rate"),
            "gradient norm by step": _smooth(run.steps, "gradient"),
            "share of units at zero by step": tuple((float(one.step), one.dead) for one in run.evaluations),
            "gradient by layer": tuple((float(place), norm) for place, norm in enumerate(layers.values())),
            **held_out,
        },
        tables={
            "Gradient by layer, root mean square": tuple(
                {"step": one.step, **{layer: f"{norm:.2e}" for layer, norm in one.layers.items()}}
                for one in run.evaluations
            ),
            "Units that stay at zero": tuple(
                {"step": one.step, "share": f"{one.dead:.1%}"} for one in run.evaluations
            ),
        },
        notes=tuple(notes),
        manifest={**manifest, "seconds": round(run.steps[-1].seconds, 1)},
    )


def _smooth(steps: Sequence[Step], name: str) -> tuple[tuple[float, float], ...]:
    """Return a figure of the steps, neighbours averaged; what is no number is left out."""
    width = max(1, math.ceil(len(steps) / _POINTS))
    points = []
    for first in range(0, len(steps), width):
        part = steps[first : first + width]
        values = [getattr(step, name) for step in part if math.isfinite(getattr(step, name))]
        if values:
            points.append((float(part[-1].number), statistics.fmean(values)))
    return tuple(points)
