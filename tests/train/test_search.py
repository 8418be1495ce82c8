"""The search: it finds, gives up what lags behind, goes on after a kill, and says when all failed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from vademecum.errors import InputError, LimitError
from vademecum.train.search import Between, OnScore, Trial, best_trial, search

SPACE = {"rate": Between(1e-4, 1.0), "size": (8, 16)}
FIRST = {"rate": 1e-4, "size": 8}


def _score(settings: Mapping[str, Any]) -> float:
    """Best at a rate of .01 and a size of 16."""
    return -abs(math.log10(settings["rate"]) + 2) + (settings["size"] == 16)


def _train(settings: Mapping[str, Any], on_score: OnScore) -> float:
    for evaluation in (1, 2, 3):
        on_score(evaluation, _score(settings) - 1 / evaluation)
    return _score(settings)


def test_it_finds_better_settings_than_the_first_ones(tmp_path: Path) -> None:
    told: list[Trial] = []
    found = search(
        _train, space=SPACE, first=FIRST, trials=20, journal=tmp_path / "trials.log", on_trial=told.append
    )
    assert tuple(told) == found
    assert found[0].settings == FIRST and found[0].score == _score(FIRST)
    best = best_trial(found)
    assert best.settings["size"] == 16
    assert best.score is not None and best.score > 0.5
    assert {one.state for one in found} == {"complete", "pruned"}
    assert all(one.score is not None and one.score < best.score for one in found if one.state == "pruned")


def test_the_same_seed_tries_the_same(tmp_path: Path) -> None:
    one, other = (
        search(_train, space=SPACE, first=FIRST, trials=6, journal=tmp_path / name, seed=3) for name in "ab"
    )
    assert one == other


def test_a_killed_search_begins_the_trial_again_and_ends_with_as_many(tmp_path: Path) -> None:
    journal = tmp_path / "trials.log"
    tried: list[Mapping[str, Any]] = []

    def killed(settings: Mapping[str, Any], on_score: OnScore) -> float:
        tried.append(dict(settings))
        if len(tried) == 3:
            raise KeyboardInterrupt
        return _train(settings, on_score)

    with pytest.raises(KeyboardInterrupt):
        search(killed, space=SPACE, first=FIRST, trials=5, journal=journal)
    found = search(killed, space=SPACE, first=FIRST, trials=5, journal=journal, resume=True)
    assert len(found) == 5
    assert tried[3] == tried[2]
    assert len(tried) == 6
    assert search(killed, space=SPACE, first=FIRST, trials=5, journal=journal, resume=True) == found


def test_a_search_without_resume_begins_anew(tmp_path: Path) -> None:
    for _ in range(2):
        found = search(_train, space=SPACE, first=FIRST, trials=2, journal=tmp_path / "trials.log")
        assert len(found) == 2


def test_what_fails_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    def diverging(settings: Mapping[str, Any], on_score: OnScore) -> float:
        if settings["rate"] > 1e-3:
            raise LimitError("the loss was no number")
        return _train(settings, on_score)

    found = search(diverging, space=SPACE, first=FIRST, trials=8, journal=tmp_path / "trials.log")
    failed = [one for one in found if one.state == "failed"]
    assert failed and {one.reason for one in failed} == {"the loss was no number"}
    assert best_trial(found).settings["rate"] <= 1e-3


def test_a_search_of_failures_says_why(tmp_path: Path) -> None:
    def failing(settings: Mapping[str, Any], on_score: OnScore) -> float:
        raise LimitError("the disk is full")

    found = search(failing, space=SPACE, first=FIRST, trials=2, journal=tmp_path / "trials.log")
    with pytest.raises(LimitError, match="none of 2 trials came to its end: the disk is full"):
        best_trial(found)


def test_nothing_to_go_on_from_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no search at"):
        search(_train, space=SPACE, first=FIRST, trials=2, journal=tmp_path / "trials.log", resume=True)
