"""How many questions a comparison needs, and how much runs of one configuration differ by themselves.

Use: `plan_comparison([first, second], difference=0.02)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vademecum.errors import InputError
from vademecum.evaluate.compare import manifest_changes
from vademecum.evaluate.statistics import detectable, items_needed, noise_floor
from vademecum.values import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a metric needs.

    Attributes:
        metric: Its name.
        deviation: Standard deviation of the differences between two runs, question by question.
        needed: Questions that show the difference asked for four times out of five.
        detectable: Smallest true difference that the questions of these reports show.
        noise: Difference that two runs of one configuration stay below, 95% of the time; None
            unless the reports are repeats.
    """

    metric: str
    deviation: float
    needed: int
    detectable: float
    noise: float | None


def plan_comparison(reports: Sequence[Report], *, difference: float) -> list[Planned]:
    """Return for each metric how many questions a comparison like this one needs.

    Args:
        reports: Two or more reports of the same questions; the first two give the deviation. When
            data, configuration and weights of all are the same they are repeats.
        difference: The smallest difference in the mean that matters.

    Raises:
        InputError: Fewer than two reports, nothing in common, or a difference that is not positive.
    """
    if len(reports) < 2 or difference <= 0:
        raise InputError("Planning needs two reports of the same questions and a difference above 0.")
    first, second = ({record.id: record.scores for record in report.records} for report in reports[:2])
    planned = []
    for metric in dict.fromkeys(name for scores in first.values() for name in scores):
        differences = [
            b - a
            for one, scores in first.items()
            if one in second
            and (a := scores.get(metric)) is not None
            and (b := second[one].get(metric)) is not None
        ]
        if len(differences) < 2:
            continue
        deviation = float(np.std(differences, ddof=1))
        planned.append(
            Planned(
                metric=metric,
                deviation=deviation,
                needed=items_needed(difference, deviation=deviation),
                detectable=detectable(len(differences), deviation=deviation),
                noise=_noise(reports, metric),
            )
        )
    if not planned:
        raise InputError(f"'{reports[0].name}' and '{reports[1].name}' have no question in common.")
    return planned


def _noise(reports: Sequence[Report], metric: str) -> float | None:
    if any(manifest_changes(reports[0].manifest, other.manifest) for other in reports[1:]):
        return None
    return noise_floor([report.score(metric).value or 0.0 for report in reports])
