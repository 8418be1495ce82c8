"""The search for settings: finds a planted optimum, is not fooled by luck, keeps the budget."""

import zlib
from collections.abc import Sequence

import numpy as np

from vademecum.evaluate.tune import Settings, Trial, halves, search_settings

NAMES = [f"q{row}" for row in range(60)]
CURRENT = {
    "chunk.max_tokens": 256,
    "retrieve.depth": 200,
    "retrieve.dense": True,
    "retrieve.lexical": True,
    "retrieve.dense_weight": 0.5,
    "retrieve.rerank": True,
    "retrieve.rerank_pairs": 8,
    "retrieve.rerank_words": 70,
    "retrieve.rerank_weight": 8.0,
}


def world(gain: float, *, noise: float = 0.15, seed: int = 0):
    """Return a runner in which meaning alone is worth `gain` more than the current mix."""
    base = np.random.default_rng(seed).uniform(0.2, 0.6, size=len(NAMES))

    def run(settings: Settings, names: Sequence[str]) -> Trial:
        chance = np.random.default_rng(zlib.crc32(repr((seed, sorted(settings.items()))).encode()))
        luck = dict(zip(NAMES, base + chance.normal(0, noise, size=len(NAMES)), strict=True))
        worth = gain * (settings["retrieve.dense_weight"] - 0.5) * 2
        ms = 10 + (settings.get("retrieve.rerank_pairs", 0) * 9 if settings["retrieve.rerank"] else 0)
        return Trial(settings=settings, scores={name: luck[name] + worth for name in names}, ms=ms)

    return run


def search(run, *, budget_ms: float = 1_000.0):
    tuning, held_out = halves(NAMES)
    assert not set(tuning) & set(held_out) and sorted([*tuning, *held_out]) == sorted(NAMES)
    return search_settings(tuning, held_out, run, current=CURRENT, chunk_sizes=[256], budget_ms=budget_ms)


def test_a_planted_gain_is_found() -> None:
    tuned = search(world(0.2))
    assert tuned.chosen["retrieve.dense_weight"] >= 0.8
    assert tuned.held_out.mean > tuned.held_out_current.mean
    assert tuned.test.p_value < 0.05


def test_luck_never_costs_on_the_held_out_half() -> None:
    for seed in range(20):
        tuned = search(world(0.0, seed=seed))
        assert tuned.held_out.mean >= tuned.held_out_current.mean
        if tuned.chosen == CURRENT:
            assert tuned.held_out == tuned.held_out_current


def test_the_budget_is_kept() -> None:
    tuned = search(world(0.2), budget_ms=60)
    assert tuned.held_out.ms <= 60
    hurried = search(world(0.2), budget_ms=5)
    assert hurried.held_out.ms == min(trial.ms for trial in hurried.trials)
    assert "no settings keep 5 ms" in hurried.reason
