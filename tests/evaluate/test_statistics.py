"""Intervals and tests against worked examples, and false alarms at the rate that is stated."""

import numpy as np
import pytest
from scipy import stats

from vademecum.evaluate.metrics.calibration import coverage_at_risk, ece
from vademecum.evaluate.statistics import (
    anytime,
    bootstrap_interval,
    bootstrap_of,
    detectable,
    holm,
    interval_of,
    items_needed,
    mcnemar,
    noise_floor,
    paired_test,
    wilson_interval,
)


def test_wilson_equals_the_published_example() -> None:
    # Newcombe 1998, table I: 81 of 263, method 3.
    assert wilson_interval(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)


def test_bootstrap_holds_the_mean_at_its_rate() -> None:
    chance = np.random.default_rng(1)
    covered = 0
    for _ in range(300):
        low, high = bootstrap_interval(chance.exponential(size=80), seed=int(chance.integers(1 << 30)))
        covered += low <= 1.0 <= high
    assert 0.88 <= covered / 300 <= 0.98


def test_shares_get_wilson_and_figures_the_bootstrap() -> None:
    assert interval_of([1.0] * 10) == wilson_interval(10, 10)
    low, high = interval_of([0.2, 0.4, 0.9])
    assert low < 0.5 < high


def test_an_interval_stays_where_its_figure_can_be() -> None:
    chance = np.random.default_rng(2)
    rows = np.column_stack([chance.uniform(size=40), chance.uniform(size=40) < 0.5]).astype(float)
    low, high = bootstrap_of(lambda drawn: coverage_at_risk(drawn[:, 0], drawn[:, 1], 0.05), rows)
    assert 0.0 <= low <= high <= 1.0
    low, high = bootstrap_of(lambda drawn: ece(drawn[:, 0], drawn[:, 1]), rows)
    assert low <= ece(rows[:, 0], rows[:, 1]) <= high


@pytest.mark.parametrize("binary", [False, True])
def test_identical_systems_differ_five_times_in_a_hundred(binary: bool) -> None:
    """1,000 pairs of runs of one system; McNemar is exact, so it may only alarm less often."""
    chance = np.random.default_rng(20261123)
    alarms = 0
    for repeat in range(1_000):
        level = chance.uniform(size=60)
        a, b = (chance.uniform(size=(2, 60)) < level) if binary else (level + chance.normal(0, 0.2, (2, 60)))
        alarms += paired_test(a.astype(float), b.astype(float), seed=repeat).p_value < 0.05
    assert (0 if binary else 0.035) <= alarms / 1_000 <= 0.065


def test_looking_all_the_time_alarms_no_more_often_than_stated() -> None:
    """1,000 pairs of runs of one system, looked at after every item: a test made for one look alarms thrice
    as often as it says."""
    chance = np.random.default_rng(20261123)
    alarms = naive = 0
    for _ in range(1_000):
        level = chance.uniform(size=200)
        a, b = (chance.uniform(size=(2, 200)) < level).astype(float)
        alarms += anytime(b - a) < 0.05
        naive += any(mcnemar(a[:seen], b[:seen]) < 0.05 for seen in range(20, 201, 20))
    assert alarms / 1_000 <= 0.05 + 0.015
    assert naive / 1_000 > 0.08


def test_looking_all_the_time_still_finds_a_difference() -> None:
    chance = np.random.default_rng(5)
    found = 0
    for _ in range(200):
        level = chance.uniform(size=400)
        a = chance.uniform(size=400) < level
        b = chance.uniform(size=400) < np.minimum(level + 0.15, 1)
        found += anytime(b.astype(float) - a) < 0.05
    assert found / 200 > 0.8
    assert anytime([0.0] * 10) == 1.0 and anytime([1.0] * 40) < 1e-4


def test_mcnemar_is_the_binomial_test_of_the_discordant() -> None:
    a = np.asarray([1.0] * 5 + [0.0] * 15 + [1.0] * 30)
    b = np.asarray([0.0] * 5 + [1.0] * 15 + [1.0] * 30)
    assert mcnemar(a, b) == pytest.approx(stats.binomtest(15, 20).pvalue)
    assert mcnemar(a, a) == 1.0


def test_hardly_any_difference_is_no_evidence() -> None:
    assert paired_test([0.5, 0.2, 0.3], [0.5, 0.2, 0.3]).p_value == 1.0
    assert paired_test([0.5, 0.2, 0.3], [0.5, 0.9, 0.3]).p_value == 1.0
    assert paired_test([0.5], [0.7]).p_value == 1.0


def test_holm_equals_the_worked_example() -> None:
    # Holm 1979's procedure on four p-values: 4 x .01, 3 x .02, 2 x .03, then not below the one before.
    found = holm({"a": 0.01, "d": 0.04, "c": 0.03, "b": 0.02})
    assert found == pytest.approx({"a": 0.04, "b": 0.06, "c": 0.06, "d": 0.06})


def test_sample_size_is_the_inverse_of_what_it_detects() -> None:
    # The usual table: an effect of half a deviation at 80% power needs 32 pairs (normal approximation).
    assert items_needed(0.5, deviation=1.0) == 32
    assert detectable(32, deviation=1.0) == pytest.approx(0.495, abs=1e-3)


def test_noise_floor_bounds_the_difference_of_two_runs() -> None:
    chance = np.random.default_rng(3)
    floor = noise_floor(chance.normal(0.7, 0.01, size=400).tolist())
    differences = np.abs(np.diff(chance.normal(0.7, 0.01, size=4_000).reshape(-1, 2)))
    assert 0.93 <= float((differences < floor).mean()) <= 0.97
