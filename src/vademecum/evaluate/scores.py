"""From figures of single items to scores with intervals, over all items and over groups of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from vademecum.evaluate.protocols import Measured, Metric
from vademecum.evaluate.statistics import Floats, bootstrap_of, interval_of
from vademecum.values import Better, Record, Score

LATENCY = ("latency-p50-ms", "latency-p95-ms")
"""Median and 95th percentile of the times of single questions."""
_FEWEST = 2  # items below which there is no interval


def mean_scores(records: Sequence[Record], metrics: Mapping[str, Better]) -> tuple[Score, ...]:
    """Return the mean of each metric over records; what could not be scored is counted apart."""
    return tuple(
        mean_score(name, [record.scores[name] for record in records if name in record.scores], better=better)
        for name, better in metrics.items()
        if any(name in record.scores for record in records)
    )


def mean_score(metric: str, items: Iterable[float | None], *, better: Better, note: str = "") -> Score:
    """Return the mean of figures with its interval; None and NaN are counted as failed."""
    all_items = list(items)
    kept = [item for item in all_items if item is not None and math.isfinite(item)]
    low, high = interval_of(kept) if len(kept) >= _FEWEST else (None, None)
    return Score(
        metric=metric,
        value=sum(kept) / len(kept) if kept else None,
        low=low,
        high=high,
        count=len(kept),
        failed=len(all_items) - len(kept),
        better=better,
        note=note,
    )


def whole_score(
    metric: str, statistic: Callable[[Floats], float], rows: Floats, *, better: Better, note: str = ""
) -> Score:
    """Return a statistic of all rows at once, [items] or [items, columns], with its interval."""
    low, high = bootstrap_of(statistic, rows) if len(rows) >= _FEWEST else (None, None)
    value = statistic(rows) if len(rows) else None
    return Score(metric=metric, value=value, low=low, high=high, count=len(rows), better=better, note=note)


def measured_score(metric: Metric, measured: Measured) -> Score:
    """Return a metric's figure as a score; the interval comes from its items, where it has them.

    Metrics of a whole set, such as BLEU, are not means of their items: for those the interval of
    the mean is moved to the figure.
    """
    mean = mean_score(metric.name, measured.items, better=metric.better, note=measured.note)
    if measured.value is None or mean.value is None or mean.low is None or mean.high is None:
        return replace(mean, value=measured.value)
    shift = measured.value - mean.value
    return replace(mean, value=measured.value, low=mean.low + shift, high=mean.high + shift)


def latency_scores(times_ms: Sequence[float]) -> tuple[Score, ...]:
    """Return the median and the 95th percentile of times in milliseconds."""
    rows = np.asarray(times_ms, dtype=np.float64)

    def percentile(share: int) -> Callable[[Floats], float]:
        return lambda drawn: float(np.percentile(drawn, share))

    return tuple(
        whole_score(name, percentile(share), rows, better="lower")
        for name, share in zip(LATENCY, (50, 95), strict=True)
    )


def slice_scores(records: Sequence[Record], metrics: Mapping[str, Better]) -> dict[str, tuple[Score, ...]]:
    """Return the scores of every group that records name under `slices`, where it is not all of them."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        for name in record.detail.get("slices", ()):
            groups.setdefault(name, []).append(record)
    return {
        name: mean_scores(members, metrics)
        for name, members in sorted(groups.items())
        if len(members) < len(records)
    }
