"""How sure a figure is: intervals, paired tests, many comparisons, sample sizes, noise.

Own arithmetic only where SciPy has none. Every function takes plain sequences and returns plain
numbers, and the random ones take a seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.95
RESAMPLES = 2_000
PERMUTATIONS = 9_999
_BLOCK = 100  # resamples drawn at once

Floats = NDArray[np.float64]


def bootstrap_interval(
    values: Sequence[float] | Floats, *, seed: int = 0, level: float = LEVEL
) -> tuple[float, float]:
    """Return the bootstrap interval of a mean.

    Relations:
        `bootstrap_of` takes any statistic, one resample after the other; this takes many at once.

    Source: Efron & Tibshirani 1993, chapter 13.
    """
    rows, chance = np.asarray(values, dtype=np.float64), np.random.default_rng(seed)
    drawn = [
        rows[chance.integers(0, len(rows), (_BLOCK, len(rows)))].mean(axis=1)  # [block]
        for _ in range(RESAMPLES // _BLOCK)
    ]
    return _ends(np.concatenate(drawn), float(rows.mean()), level)


def bootstrap_of(
    statistic: Callable[[Floats], float], rows: Floats, *, seed: int = 0, level: float = LEVEL
) -> tuple[float, float]:
    """Return the bootstrap interval of any statistic of rows, [items] or [items, columns].

    Percentiles, moved by what resampling itself adds on average (it adds to a calibration error).
    Resamples for which the statistic is no number, such as a correlation of equal values, are left out.
    """
    chance = np.random.default_rng(seed)
    drawn = np.asarray([statistic(rows[chance.integers(0, len(rows), len(rows))]) for _ in range(RESAMPLES)])
    return _ends(drawn[np.isfinite(drawn)], statistic(rows), level)


def _ends(drawn: Floats, value: float, level: float) -> tuple[float, float]:
    tail = (1 - level) / 2
    ends = np.quantile(drawn, [tail, 1 - tail]) - (drawn.mean() - value)
    low, high = np.clip(ends, drawn.min(), drawn.max())  # a share stays a share
    return float(low), float(high)


def wilson_interval(hits: int, count: int, *, level: float = LEVEL) -> tuple[float, float]:
    """Return the score interval of a share.

    Source: Wilson 1927.
    """
    found = stats.binomtest(hits, count).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def interval_of(values: Sequence[float], *, seed: int = 0) -> tuple[float, float]:
    """Return the interval of a mean: Wilson's for shares of yes and no, the bootstrap for the rest."""
    if all(value in (0.0, 1.0) for value in values):
        return wilson_interval(int(sum(values)), len(values))
    return bootstrap_interval(values, seed=seed)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTest:
    """Whether B differs from A on the same items.

    Attributes:
        difference: Mean of B minus mean of A.
        low: Lower end of its 95% interval.
        high: Upper end.
        p_value: Probability of a difference this large between equal systems.
        count: Items compared.
        test: Name of the test.
    """

    difference: float
    low: float
    high: float
    p_value: float
    count: int
    test: str


def paired_test(a: Sequence[float], b: Sequence[float], *, seed: int = 0) -> PairedTest:
    """Compare two systems item by item: McNemar's exact test for yes and no, permutation for the rest.

    Args:
        a: Figures of the first system.
        b: Figures of the second one, same items in the same order.
        seed: Of the random permutations; up to 13 items all are tried.

    Source: McNemar 1947 (exact binomial form); Fisher 1935 (sign-flip permutation of differences).
    """
    first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    assert first.shape == second.shape and first.size
    differences = second - first
    low, high = bootstrap_interval(differences, seed=seed)
    binary = bool(np.isin(np.concatenate([first, second]), (0.0, 1.0)).all())
    p_value = mcnemar(first, second) if binary else permutation(differences, seed=seed)
    return PairedTest(
        difference=float(differences.mean()),
        low=low,
        high=high,
        p_value=p_value,
        count=int(first.size),
        test="McNemar exact" if binary else "paired permutation",
    )


def mcnemar(a: Floats, b: Floats) -> float:
    """Return the exact two-sided p-value of McNemar's test on 0/1 figures."""
    gained, lost = int(((b == 1) & (a == 0)).sum()), int(((a == 1) & (b == 0)).sum())
    return float(stats.binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def permutation(differences: Floats, *, seed: int = 0) -> float:
    """Return the two-sided p-value of paired differences under random signs."""
    changed = differences[differences != 0]
    if changed.size < 2:
        return 1.0
    found = stats.permutation_test(
        (changed,),
        lambda values, axis: values.mean(axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=PERMUTATIONS,
        rng=np.random.default_rng(seed),
    )
    return float(found.pvalue)


def anytime(differences: Sequence[float] | Floats) -> float:
    """Return a two-sided p-value that holds however often the differences are looked at while they come in.

    It bets against "no difference" item by item, with stakes that the items before suggest; by chance the
    capital seldom grows. That costs power: a test that is made once, at the end, finds smaller differences.

    Args:
        differences: Paired differences in [-1, 1], in the order in which they came.

    Source: Waudby-Smith & Ramdas 2024, "Estimating means of bounded random variables by betting" (stakes by
    aGRAPA, at most half of what could be staked); Ville 1939.
    """
    values = np.asarray(differences, dtype=np.float64)
    assert values.size and np.abs(values).max() <= 1
    before = np.arange(1, values.size + 1)  # items seen, and one imagined
    means = np.concatenate([[0.0], np.cumsum(values)[:-1]]) / before
    spreads = (1.0 + np.concatenate([[0.0], np.cumsum((values - means) ** 2)[:-1]])) / before
    stakes = np.clip(means / (spreads + means**2), -0.5, 0.5)
    capital = np.cumsum(np.log1p(stakes * values))
    return float(min(1.0, math.exp(-max(capital.max(), 0.0))))


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return p-values corrected for being many: the chance of even one false alarm stays at the level.

    Source: Holm 1979.
    """
    order = sorted(p_values, key=lambda name: p_values[name])
    corrected: dict[str, float] = {}
    highest = 0.0
    for rank, name in enumerate(order):
        highest = max(highest, min(1.0, (len(order) - rank) * p_values[name]))
        corrected[name] = highest
    return {name: corrected[name] for name in p_values}


def items_needed(difference: float, *, deviation: float, power: float = 0.8, level: float = LEVEL) -> int:
    """Return how many items show a true mean difference with the given power.

    Args:
        difference: The smallest difference that matters.
        deviation: Standard deviation of the per-item differences, from an earlier comparison.
        power: Chance of seeing it, in (0, 1).
        level: One minus the chance of a false alarm.

    Source: Cohen 1988, the paired t-test by its normal approximation.
    """
    quantiles = stats.norm.ppf(1 - (1 - level) / 2) + stats.norm.ppf(power)
    return max(2, math.ceil(float(quantiles * deviation / difference) ** 2))


def detectable(count: int, *, deviation: float, power: float = 0.8, level: float = LEVEL) -> float:
    """Return the smallest true difference that so many items show; the inverse of `items_needed`."""
    quantiles = stats.norm.ppf(1 - (1 - level) / 2) + stats.norm.ppf(power)
    return float(quantiles * deviation / math.sqrt(count))


def noise_floor(repeats: Sequence[float]) -> float:
    """Return the difference between two single runs that repeats of the same run stay below, 95% of the time.

    Args:
        repeats: The figure of at least two runs of one configuration.
    """
    assert len(repeats) > 1
    return float(stats.norm.ppf(0.975) * math.sqrt(2) * np.std(repeats, ddof=1))
