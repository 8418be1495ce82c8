"""Course of the rate, order of the examples, search for a rate, and the diagnosis."""

from __future__ import annotations

from dataclasses import replace

import pytest
from digits import Digits
from hypothesis import given
from hypothesis import strategies as st

from vademecum.errors import LimitError
from vademecum.train.diagnose import diagnose
from vademecum.train.find_rate import find_rate
from vademecum.train.order import epoch_batches
from vademecum.train.schedule import rate_factor
from vademecum.train.settings import SCHEDULES, FitSettings, Schedule
from vademecum.train.task import Evaluation, Step


@given(
    schedule=st.sampled_from(SCHEDULES), steps=st.integers(1, 300), warmup=st.floats(0, 0.9), data=st.data()
)
def test_factors_stay_between_zero_and_one(
    schedule: Schedule, steps: int, warmup: float, data: st.DataObject
) -> None:
    step = data.draw(st.integers(0, steps - 1))
    assert 0 <= rate_factor(step, steps, schedule=schedule, warmup_share=warmup) <= 1


def test_courses_have_their_shapes() -> None:
    def course(schedule: Schedule, warmup: float = 0.0) -> list[float]:
        return [rate_factor(step, 100, schedule=schedule, warmup_share=warmup) for step in range(100)]

    assert course("constant") == [1.0] * 100
    assert course("linear", 0.1)[:10] == pytest.approx([0.1 * step for step in range(1, 11)])
    assert course("linear")[-1] == pytest.approx(0.01)
    assert course("cosine")[50] == pytest.approx(0.5)
    assert {round(value, 3) for value in course("step")} == {1.0, 0.1, 0.01}
    assert course("exponential")[50] == pytest.approx(0.1)
    cyclic = [rate_factor(step, 80, schedule="cyclic", warmup_share=0.0) for step in range(80)]
    assert [step for step, value in enumerate(cyclic) if value > 0.99] == [10, 30, 50, 70]
    one_cycle = course("one-cycle")
    assert one_cycle.index(max(one_cycle)) == 29 and one_cycle[-1] < 0.01


@given(st.lists(st.integers(1, 400), min_size=1, max_size=400), st.integers(1, 40), st.integers(0, 3))
def test_an_epoch_shows_every_example_once(lengths: list[int], batch_size: int, seed: int) -> None:
    batches = epoch_batches(lengths, batch_size=batch_size, seed=seed, epoch=0)
    assert sorted(index for batch in batches for index in batch) == list(range(len(lengths)))
    assert max(map(len, batches)) <= batch_size
    assert batches == epoch_batches(lengths, batch_size=batch_size, seed=seed, epoch=0)


def test_epochs_differ_and_batches_hold_similar_lengths() -> None:
    lengths = [index * 7 % 400 for index in range(1_000)]
    first, second = (epoch_batches(lengths, batch_size=10, seed=0, epoch=epoch) for epoch in (0, 1))
    assert first != second
    widest = max(max(lengths[one] for one in batch) - min(lengths[one] for one in batch) for batch in first)
    assert widest < 150


def test_a_rate_is_suggested_that_trains() -> None:
    found = find_rate(Digits(), settings=FitSettings(batch_size=20, precision="float32"), high=1e5)
    assert 1e-3 < found.suggestion < 1
    assert len(found.points) < 60, "the search ends once the loss diverges"
    rates = [rate for rate, _ in found.points]
    assert rates == sorted(rates)


def test_a_search_that_diverges_at_once_is_said() -> None:
    with pytest.raises(LimitError, match=r"diverged after \d steps.*Begin with a lower --low"):
        find_rate(
            Digits(), settings=FitSettings(batch_size=20, precision="float32", clip_norm=0), low=1e3, high=1e9
        )


def _steps(losses: list[float], norms: list[float] | None = None) -> list[Step]:
    return [
        Step(number=at + 1, of=len(losses), loss=loss, rate=1e-3, gradient=norm, seconds=at + 1.0)
        for at, (loss, norm) in enumerate(zip(losses, norms or [1.0] * len(losses), strict=True))
    ]


FALLING = [2.0 - 0.015 * step for step in range(100)]
GOOD = Evaluation(step=50, figures={"f1": 0.7}, layers={"a": 1e-3, "b": 1e-3, "c": 1e-3}, dead=0.0)


@pytest.mark.parametrize(
    ("steps", "evaluations", "said"),
    [
        (_steps(FALLING), [GOOD], None),
        (_steps([1.0 + 0.01 * step for step in range(100)]), [GOOD], "Too high a rate: the loss rose from 1"),
        (_steps([2.0] * 100), [GOOD], "Underfitting: the loss fell only from 2 to 2"),
        (_steps(FALLING, [1.0] * 90 + [500.0] * 10), [GOOD], "Exploding gradients: in 10 of 100 steps"),
        (_steps([*FALLING[:-1], float("nan")]), [GOOD], "Exploding: in 1 of 100 steps"),
        (_steps(FALLING), [replace(GOOD, layers={"a": 1e-9, "b": 1e-3, "c": 1e-3})], "Vanishing gradients"),
        (_steps(FALLING), [replace(GOOD, dead=0.6)], "Dead units: 60%"),
        (
            _steps(FALLING),
            [GOOD, replace(GOOD, step=100, figures={"f1": 0.6})],
            "Overfitting: after step 50 the held-out figure fell from 0.700 to 0.600",
        ),
    ],
)
def test_diagnosis(steps: list[Step], evaluations: list[Evaluation], said: str | None) -> None:
    found = diagnose(steps, evaluations)
    if said is None:
        assert found == ()
    else:
        assert any(words.startswith(said) for words in found), found
