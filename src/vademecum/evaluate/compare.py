"""Two reports side by side, question by question: what differs, how surely, and what got worse.

Use: `compare_reports(before, after).rows`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vademecum.errors import InputError
from vademecum.evaluate.statistics import PairedTest, anytime, detectable, holm, paired_test
from vademecum.values import Better, Record, Report

_SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedMetric:
    """One metric in two reports.

    Attributes:
        metric: Its name.
        better: Whether higher or lower is better.
        before: Mean over the shared items in the first report.
        after: Mean in the second.
        test: The paired test.
        corrected: Its p-value corrected for all metrics compared (Holm).
        anytime: P-value that holds however often one looked while the run grew; None for metrics that
            leave the range from 0 to 1.
        detectable: Smallest true difference that so many items show four times out of five.
    """

    metric: str
    better: Better
    before: float
    after: float
    test: PairedTest
    corrected: float
    anytime: float | None
    detectable: float

    @property
    def verdict(self) -> str:
        """Return "better", "worse" or "no difference shown"."""
        if self.corrected > _SIGNIFICANT or self.better == "neither":
            return "no difference shown"
        return "better" if (self.test.difference > 0) == (self.better == "higher") else "worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worse:
    """An item that got worse: its figure before and after, in one metric."""

    id: str
    text: str
    metric: str
    before: float
    after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two reports.

    Attributes:
        metrics: Every metric both have, with its test.
        worse: Items that got worse, the largest losses first.
        changed: What differs in data, configuration, weights and versions: name -> (before, after).
        unshared: Items that only one report has; they are left out.
    """

    metrics: tuple[ComparedMetric, ...]
    worse: tuple[Worse, ...]
    changed: Mapping[str, tuple[Any, Any]]
    unshared: int

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison ready for JSON."""
        names = ("metric", "better", "before", "after", "corrected", "anytime", "detectable", "verdict")
        test = ("difference", "low", "high", "p_value", "count", "test")
        return {
            "metrics": [
                {name: getattr(row, name) for name in names}
                | {name: getattr(row.test, name) for name in test}
                for row in self.metrics
            ],
            "worse": [
                {name: getattr(row, name) for name in Worse.__dataclass_fields__} for row in self.worse
            ],
            "changed": {name: list(pair) for name, pair in self.changed.items()},
            "unshared": self.unshared,
        }


def compare_reports(before: Report, after: Report) -> Comparison:
    """Compare two reports of the same questions.

    Raises:
        InputError: They are of different kinds, or share no question.
    """
    if before.kind != after.kind:
        raise InputError(
            f"'{before.name}' is a report of {before.kind}, '{after.name}' one of {after.kind}. "
            "Compare two of a kind."
        )
    first = {record.id: record for record in before.records}
    second = {record.id: record for record in after.records}
    shared = [name for name in first if name in second]
    if not shared:
        raise InputError(
            f"'{before.name}' and '{after.name}' have no question in common. Compare runs of the same data."
        )
    better = {score.metric: score.better for score in before.scores}
    metrics = []
    for metric in dict.fromkeys(name for record in before.records for name in record.scores):
        pairs = [(first[name].scores.get(metric), second[name].scores.get(metric)) for name in shared]
        kept = [(a, b) for a, b in pairs if a is not None and b is not None]
        if kept:
            metrics.append(_compared(metric, kept, better=better.get(metric, "higher")))
    corrected = holm({row.metric: row.test.p_value for row in metrics})
    return Comparison(
        metrics=tuple(replace(row, corrected=corrected[row.metric]) for row in metrics),
        worse=tuple(_losses(first, second, shared, {row.metric: row.better for row in metrics})),
        changed=manifest_changes(before.manifest, after.manifest),
        unshared=len(first.keys() ^ second.keys()),
    )


def manifest_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs between two manifests by dotted name; the time of the run is left out."""
    first, second = _flat(before), _flat(after)
    names = sorted({*first, *second} - {"time", "seconds"})
    return {
        name: (first.get(name), second.get(name)) for name in names if first.get(name) != second.get(name)
    }


def _compared(metric: str, pairs: list[tuple[float, float]], *, better: Better) -> ComparedMetric:
    a, b = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    deviation = float(np.std(np.subtract(b, a), ddof=1)) if len(pairs) > 1 else math.nan
    return ComparedMetric(
        metric=metric,
        better=better,
        before=float(np.mean(a)),
        after=float(np.mean(b)),
        test=paired_test(a, b),
        corrected=1.0,
        anytime=anytime(np.subtract(b, a)) if all(0 <= value <= 1 for value in (*a, *b)) else None,
        detectable=detectable(len(pairs), deviation=deviation),
    )


def _losses(
    first: Mapping[str, Record], second: Mapping[str, Record], shared: list[str], better: Mapping[str, Better]
) -> list[Worse]:
    losses = []
    for name in shared:
        for metric, direction in better.items():
            a, b = first[name].scores.get(metric), second[name].scores.get(metric)
            if a is None or b is None or direction == "neither":
                continue
            if (b < a) if direction == "higher" else (b > a):
                losses.append(Worse(id=name, text=first[name].text, metric=metric, before=a, after=b))
    return sorted(losses, key=lambda loss: -abs(loss.after - loss.before))


def _flat(fields: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = value
    return flat
