"""The learning rate over a run, as a factor of its highest value.

Use: `rate_factor(10, 100, schedule="cosine", warmup_share=0.06)`.
"""

from __future__ import annotations

import math

from vademecum.train.settings import Schedule

_STEPS_DOWN = 3  # "step" divides by ten at each third
_DECADES = 2.0  # "exponential" ends at a hundredth
_WAVES = 4  # "cyclic" has four triangles
_PEAK = 0.3  # "one-cycle" rises for three tenths of the run


def rate_factor(step: int, steps: int, *, schedule: Schedule, warmup_share: float) -> float:
    """Return the factor in [0, 1] for a step.

    Args:
        step: From 0.
        steps: Of the whole run.
        schedule: Course after the warm-up; "one-cycle" has a rise of its own and no warm-up.
        warmup_share: Share of the run over which the factor rises linearly.

    Source: Smith 2017 (cyclic), Smith & Topin 2018 (one-cycle), Loshchilov & Hutter 2017 (cosine).
    """
    if schedule == "one-cycle":
        at = (step + 1) / steps
        return at / _PEAK if at < _PEAK else (1 + math.cos(math.pi * (at - _PEAK) / (1 - _PEAK))) / 2
    warmup = math.ceil(steps * warmup_share)
    if step < warmup:
        return (step + 1) / warmup
    at = (step - warmup) / max(steps - warmup, 1)  # [0, 1)
    if schedule == "linear":
        return 1 - at
    if schedule == "cosine":
        return (1 + math.cos(math.pi * at)) / 2
    if schedule == "step":
        return 10.0 ** -int(at * _STEPS_DOWN)
    if schedule == "exponential":
        return 10.0 ** (-_DECADES * at)
    if schedule == "cyclic":
        return 1 - abs(2 * ((at * _WAVES) % 1) - 1) * 0.9
    return 1.0
