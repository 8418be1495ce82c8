"""Searches settings of a training: each trial is one training, and one that lags behind is given up early.

Owns the search and its journal, from which a killed search goes on; what is trained belongs to the caller.
Use: `search(train, space={"learning_rate": Between(2e-5, 5e-4)}, trials=12, journal=Path("trials.log"))`.
Source: tree-structured Parzen estimator (Bergstra et al. 2011) and median stopping, as Optuna has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from vademecum.errors import InputError, LimitError

_NAME = "search"
_REASON = "reason"
_BEFORE_PRUNING = 3
"""Trials that run to their end before any is given up, and that are drawn without looking at others."""


@dataclass(frozen=True, slots=True)
class Between:
    """A number in a range, both ends included, drawn evenly in its logarithm."""

    low: float
    high: float


Space = Mapping[str, Between | tuple[Any, ...]]
"""What each setting may be: a range, or one of some values."""
OnScore = Callable[[int, float], None]
"""Told how many evaluations a trial has had and its held-out figure; ends the trial where it lags behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One training of a search.

    Attributes:
        number: From 0, in the order they began.
        settings: What was tried.
        state: How it ended; "pruned" was given up early.
        score: Held-out figure, higher is better; of a pruned trial the last one; None when there is none.
        reason: Why it failed.
    """

    number: int
    settings: Mapping[str, Any]
    state: Literal["complete", "pruned", "failed"]
    score: float | None
    reason: str = ""


def search(
    train: Callable[[Mapping[str, Any], OnScore], float],
    *,
    space: Space,
    first: Mapping[str, Any],
    trials: int,
    journal: Path,
    seed: int = 0,
    resume: bool = False,
    on_trial: Callable[[Trial], None] | None = None,
) -> tuple[Trial, ...]:
    """Try settings and return what came of them, in the order they began; `best_trial` picks one.

    Args:
        train: Trains with settings, tells its held-out figures on the way and returns the last word.
        space: What each setting may be.
        first: Settings of the first trial, such as the usual ones.
        trials: How many that end, those before a kill included.
        journal: File that remembers every trial.
        seed: Of the draws; a resumed search draws others than an undisturbed one.
        resume: Go on from the journal; a trial that was cut off is begun again with its settings.
        on_trial: Told every trial that ended.

    Raises:
        InputError: Nothing to resume.
    """
    study = _study(journal, seed=seed, resume=resume)
    if not study.trials:
        study.enqueue_trial(dict(first))
    for settings in _cut_off(study, space):
        study.enqueue_trial(settings)

    def objective(trial: optuna.Trial) -> float:
        settings = {name: _suggest(trial, name, choices) for name, choices in space.items()}

        def on_score(evaluation: int, score: float) -> None:
            trial.report(score, evaluation)
            if trial.should_prune():
                raise optuna.TrialPruned

        try:
            return train(settings, on_score)
        except LimitError as error:
            trial.set_user_attr(_REASON, str(error))
            raise

    def told(_: optuna.Study, ended: FrozenTrial) -> None:
        if on_trial is not None:
            on_trial(_trial(ended))

    left = trials - len(_ended(study))
    if left > 0:
        study.optimize(objective, n_trials=left, catch=(LimitError,), callbacks=[told])
    return tuple(_trial(one) for one in _ended(study))


def best_trial(trials: tuple[Trial, ...]) -> Trial:
    """Return the complete trial with the highest figure.

    Raises:
        LimitError: Every trial failed; the last reason is named.
    """
    complete = [one for one in trials if one.state == "complete"]
    if not complete:
        reason = next((one.reason for one in reversed(trials) if one.reason), "none was run")
        raise LimitError(f"none of {len(trials)} trials came to its end: {reason}")
    return max(complete, key=lambda one: one.score or 0.0)


def _study(journal: Path, *, seed: int, resume: bool) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    if resume and not journal.is_file():
        raise InputError(f"there is no search at {journal} to go on from. Search without --resume.")
    journal.parent.mkdir(parents=True, exist_ok=True)
    if not resume:
        journal.unlink(missing_ok=True)
    study = optuna.create_study(
        storage=JournalStorage(JournalFileBackend(str(journal))),
        study_name=_NAME,
        direction="maximize",
        load_if_exists=True,
    )
    study.sampler = optuna.samplers.TPESampler(
        seed=seed + len(study.trials), n_startup_trials=_BEFORE_PRUNING
    )
    study.pruner = optuna.pruners.MedianPruner(n_startup_trials=_BEFORE_PRUNING)
    return study


def _suggest(trial: optuna.Trial, name: str, choices: Between | tuple[Any, ...]) -> Any:
    if isinstance(choices, Between):
        return trial.suggest_float(name, choices.low, choices.high, log=True)
    return trial.suggest_categorical(name, choices)


def _ended(study: optuna.Study) -> list[FrozenTrial]:
    """Return the trials that ended by themselves, not by a kill."""
    return [
        one
        for one in study.get_trials(deepcopy=False)
        if one.state in (TrialState.COMPLETE, TrialState.PRUNED)
        or (one.state == TrialState.FAIL and _REASON in one.user_attrs)
    ]


def _cut_off(study: optuna.Study, space: Space) -> list[dict[str, Any]]:
    """Return the settings of trials that a kill cut off and that were not begun again since."""
    known = [one.params for one in _ended(study)]
    known += [one.system_attrs["fixed_params"] for one in study.get_trials(states=(TrialState.WAITING,))]
    settings: list[dict[str, Any]] = []
    for one in study.get_trials(states=(TrialState.RUNNING, TrialState.FAIL)):
        if one.state == TrialState.RUNNING:
            study.tell(one.number, state=TrialState.FAIL)
        if one.params.keys() == space.keys() and one.params not in [*known, *settings]:
            settings.append(one.params)
    return settings


def _trial(one: FrozenTrial) -> Trial:
    state: Literal["complete", "pruned", "failed"] = "failed"
    if one.state == TrialState.COMPLETE:
        state = "complete"
    elif one.state == TrialState.PRUNED:
        state = "pruned"
    return Trial(
        number=one.number,
        settings=one.params,
        state=state,
        score=one.value,
        reason=one.user_attrs.get(_REASON, ""),
    )
