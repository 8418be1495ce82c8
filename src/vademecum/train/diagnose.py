"""Says in words what is wrong with a training, each with the figures that show it.

Rules of thumb, not proofs: each names what it saw, so that a person can look at the plot.
Use: `diagnose(run.steps, run.evaluations)`.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence

from vademecum.train.task import Evaluation, Step

_WINDOW = 20
_EXPLODES = 20.0  # times the median norm
_OFTEN = 0.02
_VANISHES = 1e-4  # of the last layer's gradient
_LEARNT = 0.95  # of the first loss
_LOST = 0.02
_DEAD = 0.4


def diagnose(steps: Sequence[Step], evaluations: Sequence[Evaluation]) -> tuple[str, ...]:
    """Return what is wrong with a run; empty when nothing is seen to be."""
    return (*_gradients(steps), *_layers(evaluations), *_losses(steps), *_held_out(steps, evaluations))


def _gradients(steps: Sequence[Step]) -> Iterator[str]:
    bad = sum(not math.isfinite(step.gradient) or not math.isfinite(step.loss) for step in steps)
    if bad:
        yield (
            f"Exploding: in {bad} of {len(steps)} steps the loss or its gradient was no number; they were"
            " skipped."
        )
    norms = [step.gradient for step in steps if math.isfinite(step.gradient)]
    if len(norms) < _WINDOW:
        return
    usual = statistics.median(norms)
    far = sum(norm > _EXPLODES * usual for norm in norms)
    if far > _OFTEN * len(norms):
        yield (
            f"Exploding gradients: in {far} of {len(norms)} steps the norm was more than {_EXPLODES:.0f}"
            " times its"
            f" median of {usual:.3g}, at most {max(norms):.3g}. Lower the learning rate or the clip_norm."
        )


def _layers(evaluations: Sequence[Evaluation]) -> Iterator[str]:
    last = evaluations[-1] if evaluations else None
    if last is None:
        return
    norms = list(last.layers.items())
    if len(norms) > 2:
        (low, least), (high, most) = min(norms, key=lambda one: one[1]), norms[-1]
        if most > 0 and least < _VANISHES * most:
            yield (
                f"Vanishing gradients: at step {last.step} the gradient of {low} was {least:.2g},"
                f" {least / most:.1g} of"
                f" that of {high}. Add normalisation or residual connections, or change the initialisation."
            )
    if last.dead > _DEAD:
        yield f"Dead units: {last.dead:.0%} of the units behind activation functions answered to nothing."


def _losses(steps: Sequence[Step]) -> Iterator[str]:
    losses = [step.loss for step in steps if math.isfinite(step.loss)]
    if len(losses) < 3 * _WINDOW:
        return
    first, last = statistics.fmean(losses[:_WINDOW]), statistics.fmean(losses[-_WINDOW:])
    lowest = min(statistics.fmean(losses[at : at + _WINDOW]) for at in range(len(losses) - _WINDOW))
    rate = max(step.rate for step in steps)
    if last > first:
        yield (
            f"Too high a rate: the loss rose from {first:.3g} to {last:.3g} with a learning rate of up to"
            f" {rate:.2g}."
        )
    elif last > _LEARNT * first:
        yield (
            f"Underfitting: the loss fell only from {first:.3g} to {last:.3g}. Train longer, with a higher"
            " learning rate"
            " or a larger model."
        )
    elif last > 2 * lowest and last - lowest > 0.1 * first:
        yield (
            f"Unsteady: the loss was {lowest:.3g} and rose to {last:.3g} again. Lower the learning rate of"
            f" {rate:.2g}."
        )


def _held_out(steps: Sequence[Step], evaluations: Sequence[Evaluation]) -> Iterator[str]:
    if len(evaluations) < 2:
        return
    best, last = max(evaluations, key=lambda one: one.score), evaluations[-1]

    def loss_at(one: Evaluation) -> float:
        return statistics.fmean(step.loss for step in steps[max(one.step - _WINDOW, 0) : one.step])

    if best.score - last.score > _LOST * abs(best.score) and loss_at(last) < loss_at(best):
        yield (
            f"Overfitting: after step {best.step} the held-out figure fell from {best.score:.3f} to"
            f" {last.score:.3f} while"
            f" the training loss fell from {loss_at(best):.3g} to {loss_at(last):.3g}. The weights of step"
            f" {best.step}"
            " are kept; more data or fewer epochs would help."
        )
