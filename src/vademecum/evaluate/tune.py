"""Searches for the settings that suit a collection, on one half of its questions.

Owns the search and the choice; running a configuration belongs to the caller. The choice has to
earn its place twice: on the tuning half by more than chance, and on the held-out half by not losing.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vademecum.evaluate.statistics import Floats, PairedTest, paired_test

Settings = Mapping[str, Any]

SEED = 20261123
CAUTION = 0.25
"""Standard errors by which a gain has to be above zero; more is more timid."""

DENSE_WEIGHTS = (0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0)
DEPTH = 200
OTHER_DEPTHS = (50, 500)
READING = ((4, 70), (8, 70), (16, 70), (8, 150))
"""Candidates the cross-encoder reads, and words of each."""
RERANK_WEIGHTS = (3.0, 8.0, 16.0)
_SATURATED = 0.98  # mean at which questions no longer tell settings apart
_ROUNDING = 1e-9
_KEPT = 4  # fusions that go on to reranking, for each size of chunk
_RERANKING = ("retrieve.rerank_pairs", "retrieve.rerank_words", "retrieve.rerank_weight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a configuration reached.

    Attributes:
        settings: The configuration keys it sets.
        scores: nDCG@10 by question.
        ms: Median milliseconds of a search.
    """

    settings: Settings
    scores: Mapping[str, float]
    ms: float

    @property
    def mean(self) -> float:
        """Mean over its questions."""
        return sum(self.scores.values()) / len(self.scores)


RunTrial = Callable[[Settings, Sequence[str]], Trial]
"""Runs a configuration on some questions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """The outcome of a search for settings.

    Attributes:
        chosen: The settings to use; the current ones when nothing earned their place.
        trials: Every configuration tried on the tuning half, best first.
        held_out: The chosen settings on the other half.
        held_out_current: The current settings there.
        test: Chosen against current on the held-out half.
        reason: Why this was chosen, in words.
    """

    chosen: Settings
    trials: tuple[Trial, ...]
    held_out: Trial
    held_out_current: Trial
    test: PairedTest
    reason: str


def halves(names: Sequence[str], *, seed: int = SEED) -> tuple[list[str], list[str]]:
    """Split questions at random into a half to tune on and one to hold out."""
    shuffled = random.Random(seed).sample(sorted(names), len(names))
    middle = (len(names) + 1) // 2
    return shuffled[:middle], shuffled[middle:]


def search_settings(
    tuning: Sequence[str],
    held_out: Sequence[str],
    run: RunTrial,
    *,
    current: Settings,
    chunk_sizes: Sequence[int],
    budget_ms: float,
    on_trial: Callable[[Trial], None] | None = None,
) -> Tuned:
    """Try fusions for each size of chunk, then reranking on the best of them, and choose.

    Args:
        tuning: Questions to choose by.
        held_out: Questions to check the choice by; none of them is looked at before.
        run: Runs a configuration.
        current: The settings that hold now; what is chosen is compared with them.
        chunk_sizes: Tokens a chunk may have.
        budget_ms: Slowest median search allowed, in milliseconds.
        on_trial: Told each trial.
    """
    tried: dict[tuple[tuple[str, Any], ...], Trial] = {}

    def attempt(settings: Settings) -> Trial:
        key = tuple(sorted(settings.items()))
        if key not in tried:
            tried[key] = run(settings, tuning)
            if on_trial:
                on_trial(tried[key])
        return tried[key]

    now = attempt(current)
    for size in chunk_sizes:
        fused = [attempt(_fusion(size, weight, DEPTH)) for weight in DENSE_WEIGHTS]
        fused.sort(key=lambda trial: -trial.mean)
        for depth in OTHER_DEPTHS:
            attempt({**fused[0].settings, "retrieve.depth": depth})
        for start in fused[:_KEPT]:
            for pairs, words in READING:
                for weight in RERANK_WEIGHTS:
                    attempt(_reranked(start.settings, pairs, words, weight))
    trials = sorted(tried.values(), key=lambda trial: -trial.mean)
    chosen, reason = choose(trials, now, budget_ms=budget_ms)
    before = run(current, held_out)
    after = run(chosen.settings, held_out) if chosen is not now else before
    if after.mean < before.mean:
        reason = (
            f"the best on the tuning half lost {before.mean - after.mean:.4f} on the held-out half; "
            "the current settings stay"
        )
        chosen, after = now, before
    names = list(held_out)
    return Tuned(
        chosen=chosen.settings,
        trials=tuple(trials),
        held_out=after,
        held_out_current=before,
        test=paired_test([before.scores[name] for name in names], [after.scores[name] for name in names]),
        reason=reason,
    )


def choose(trials: Sequence[Trial], now: Trial, *, budget_ms: float) -> tuple[Trial, str]:
    """Return the trial to use, and why.

    The best of many noisy trials is mostly the luckiest, so each is judged by what its knobs are
    worth over all trials: a model adds up the worth of each value of each knob, question by question
    (least squares). The best is the one with the highest modelled gain less `CAUTION` standard errors,
    or the current one where no gain is left. Reading costs time, so of the trials that differ from the
    best in reranking alone, and are within one standard error of it, the one that reads least is
    taken. Settings above the budget are left out, and questions that nearly all settings answer
    perfectly choose nothing.

    Source: the one-standard-error rule, Breiman et al. 1984.
    """
    rows = [row for row, trial in enumerate(trials) if trial.ms <= budget_ms]
    if not rows:
        fastest = min(trials, key=lambda trial: trial.ms)
        return fastest, f"no settings keep {budget_ms:.0f} ms; these are the fastest"
    if now.mean >= _SATURATED and now.ms <= budget_ms:
        return now, f"the questions are too easy to tell settings apart ({now.mean:.4f} nDCG@10)"
    names = list(now.scores)
    figures = np.asarray([[trial.scores[name] for name in names] for trial in trials])
    knobs = _knobs([trial.settings for trial in trials])
    modelled = knobs @ np.linalg.lstsq(knobs, figures, rcond=None)[0]  # [trials, questions]
    gain, error = _gains(modelled, modelled[trials.index(now)])
    best = max(rows, key=lambda row: gain[row] - CAUTION * error[row])
    if now.ms <= budget_ms and gain[best] - CAUTION * error[best] <= 0:
        best = trials.index(now)
    behind, error = _gains(modelled, modelled[best])
    fusion = _fusion_of(trials[best].settings)
    close = [
        row
        for row in rows
        if behind[row] >= -error[row] - _ROUNDING and _fusion_of(trials[row].settings) == fusion
    ]
    chosen = trials[min(close, key=lambda row: (_words_read(trials[row].settings), -behind[row]))]
    if chosen is now:
        return now, "nothing tried is better than the current settings by more than chance"
    times = f"{chosen.ms:.0f} instead of {now.ms:.0f} ms"
    return chosen, f"{chosen.mean - now.mean:+.4f} nDCG@10 on the tuning half, {times}"


def _fusion_of(settings: Settings) -> dict[str, Any]:
    """Return the settings that are not about reranking."""
    return {name: value for name, value in settings.items() if not name.startswith("retrieve.rerank")}


def _gains(modelled: Floats, base: Floats) -> tuple[Floats, Floats]:
    """Return each trial's mean gain over one of them, and its standard error, [trials]."""
    gains = modelled - base
    return gains.mean(axis=1), gains.std(axis=1, ddof=1) / math.sqrt(gains.shape[1])


def _words_read(settings: Settings) -> int:
    """Return how many words the cross-encoder may read for one question."""
    if not settings["retrieve.rerank"]:
        return 0
    return int(settings["retrieve.rerank_pairs"] * settings["retrieve.rerank_words"])


def _knobs(settings: Sequence[Settings]) -> Floats:
    """Return a design matrix: a column for each value of each knob, and one for reranking by meaning."""
    rows = [
        {name: value for name, value in one.items() if one["retrieve.rerank"] or name not in _RERANKING}
        for one in settings
    ]
    values = sorted({(name, value) for row in rows for name, value in row.items()})
    columns = [[float(row.get(name) == value) for name, value in values] for row in rows]
    together = [float(row["retrieve.rerank"]) * (row["retrieve.dense_weight"] - 0.5) for row in rows]
    return np.column_stack([columns, together, np.ones(len(rows))])


def _fusion(chunk_size: int, dense_weight: float, depth: int) -> dict[str, Any]:
    return {
        "chunk.max_tokens": chunk_size,
        "retrieve.dense": dense_weight > 0,
        "retrieve.lexical": dense_weight < 1,
        "retrieve.dense_weight": dense_weight,
        "retrieve.depth": depth,
        "retrieve.rerank": False,
    }


def _reranked(fusion: Settings, pairs: int, words: int, weight: float) -> dict[str, Any]:
    return {
        **fusion,
        "retrieve.rerank": True,
        "retrieve.rerank_pairs": pairs,
        "retrieve.rerank_words": words,
        "retrieve.rerank_weight": weight,
    }
