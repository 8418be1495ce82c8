"""Whether confidence can be trusted: does 0.8 mean right in 8 of 10 cases, and does it sort well.

Use: `ece([0.9, 0.6], [True, False])`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vademecum.errors import InputError

Floats = NDArray[np.float64]
Figures: TypeAlias = Sequence[float] | Floats
Outcomes: TypeAlias = Sequence[bool] | Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCoverage:
    """The share of wrong answers among those given, as the bar of confidence goes down.

    Attributes:
        coverage: Shares of the cases answered, ascending to 1, float64 [thresholds].
        risk: Shares of them that are wrong, float64 [thresholds].
        threshold: The least confidence answered, float64 [thresholds].
    """

    coverage: Floats
    risk: Floats
    threshold: Floats


def ece(confidence: Figures, correct: Outcomes, *, bins: int = 10) -> float:
    """Return the expected calibration error, 0 to 1, lower is better.

    Bins are equally wide and closed above: (0, 0.1], (0.1, 0.2] and so on, 0 in the first.

    Source: Naeini et al. 2015; Guo et al. 2017.
    """
    sure, right = _checked(confidence, correct)
    place = np.clip(np.ceil(sure * bins).astype(int) - 1, 0, bins - 1)
    gaps = np.bincount(place, weights=sure - right, minlength=bins)
    return float(np.abs(gaps).sum() / len(sure))


def brier(confidence: Figures, correct: Outcomes) -> float:
    """Return the mean squared difference of confidence and outcome, 0 to 1, lower is better.

    Source: Brier 1950, for two outcomes.
    """
    sure, right = _checked(confidence, correct)
    return float(np.mean((sure - right) ** 2))


def risk_coverage(confidence: Figures, correct: Outcomes) -> RiskCoverage:
    """Return risk and coverage at every threshold there is, the highest confidence first.

    Source: El-Yaniv and Wiener 2010.
    """
    sure, right = _checked(confidence, correct)
    order = np.argsort(-sure, kind="stable")
    sure, right = sure[order], right[order]
    last = np.flatnonzero(np.append(sure[1:] != sure[:-1], True))  # equal confidences go together
    answered = last + 1.0
    return RiskCoverage(
        coverage=answered / len(sure), risk=np.cumsum(1 - right)[last] / answered, threshold=sure[last]
    )


def aurc(confidence: Figures, correct: Outcomes) -> float:
    """Return the mean risk over all numbers of answered cases, 0 to 1, lower is better.

    Cases of equal confidence count with their mean, so the order they come in does not matter.

    Source: Geifman et al. 2019.
    """
    sure, right = _checked(confidence, correct)
    _, group, sizes = np.unique(-sure, return_inverse=True, return_counts=True)
    wrong = np.bincount(group, weights=1 - right) / sizes  # [groups], the most confident first
    risks = np.cumsum(np.repeat(wrong, sizes)) / np.arange(1, len(sure) + 1)
    return float(risks.mean())


def coverage_at_risk(confidence: Figures, correct: Outcomes, max_risk: float) -> float:
    """Return the largest share of cases that can be answered with at most this risk, 0 if none."""
    curve = risk_coverage(confidence, correct)
    return float(curve.coverage[curve.risk <= max_risk].max(initial=0.0))


def _checked(confidence: Figures, correct: Outcomes) -> tuple[Floats, Floats]:
    sure, right = np.asarray(confidence, dtype=np.float64), np.asarray(correct, dtype=np.float64)
    if sure.ndim != 1 or sure.shape != right.shape or not len(sure):
        raise InputError(
            f"confidence has the shape {sure.shape} and correct {right.shape}. "
            "Both need the same number of values, at least one."
        )
    if not ((sure >= 0) & (sure <= 1)).all():
        raise InputError(f"confidence runs from {sure.min()} to {sure.max()}. It must lie within 0 and 1.")
    if not np.isin(right, (0, 1)).all():
        raise InputError("correct holds something else than true and false (1 and 0).")
    return sure, right
