"""Searches the settings of a reader's training, and keeps the model of the best trial."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vademecum.improve.reader_task import reader_task
from vademecum.improve.reader_training import BASE, train_reader
from vademecum.improve.training import Training
from vademecum.models.pull import Progress
from vademecum.train.engine import CHECKPOINT, fit
from vademecum.train.recipes.reader import ReaderSettings
from vademecum.train.search import Between, OnScore, Space, Trial, best_trial, search
from vademecum.train.settings import FitSettings
from vademecum.train.task import Evaluation, OnStep, Step
from vademecum.values import Report
from vademecum.workspace import Workspace

SPACE: Space = {
    "learning_rate": Between(3e-5, 6e-4),
    "batch_size": (8, 16, 32),
    "layer_decay": (1.0, 0.9, 0.8),
    "warmup_share": (0.0, 0.06, 0.2),
    "schedule": ("linear", "cosine", "constant"),
}
"""What is searched; every other setting stays as it is given."""


def sweep(
    workspace: Workspace,
    data: str,
    *,
    base: str = BASE,
    trials: int = 12,
    settings: FitSettings | None = None,
    resume: bool = False,
    on_step: OnStep | None = None,
    on_trial: Callable[[Trial], None] | None = None,
    on_pull: Progress | None = None,
) -> Report:
    """Train readers with other settings each, keep the best on held-out rows as a model, and report them all.

    A trial that lags behind the others at an evaluation is given up. The first one has the settings as they
    are given, so that the best is not worse on the held-out rows; the figures of the report are of the test
    rows, which no trial saw.

    Args:
        workspace: Whose dataset it is, and where the model is kept.
        data: Dataset of questions, as "name" or "name@version".
        base: Catalog name of the encoder every trial begins with.
        trials: Trainings at most.
        settings: Knobs of the first trial, and those that are not searched.
        resume: Go on with the search of the same data, base and settings.
        on_step: Told every step and evaluation of every trial.
        on_trial: Told every trial that ended.
        on_pull: Told how far the download of the base is.

    Raises:
        InputError: The dataset does not fit, or there is nothing to resume.
        ConfigError: The base is not trainable.
        LimitError: No trial came to its end; memory or disk do not suffice.
    """
    settings = settings or FitSettings(learning_rate=1.5e-4)
    recipe = ReaderSettings(seed=settings.seed)
    knobs = {"fit": settings.to_dict(), "reader": recipe.to_dict(), "space": repr(SPACE)}
    job = Training.of(workspace, "reader", data, task="questions", base=base, settings=knobs)
    leader: Trial | None = None

    def train(tried: Mapping[str, Any], on_score: OnScore) -> float:
        chosen = replace(settings, **tried)
        folder = _folder(job, tried)
        run = fit(
            reader_task(job, recipe, on_pull=on_pull),
            settings=chosen,
            folder=folder,
            identity=job.identity,
            resume=(folder / CHECKPOINT).is_file(),
            on_step=_scoring(chosen.evaluations, on_score, on_step),
        )
        return run.best.score

    def on_end(trial: Trial) -> None:
        nonlocal leader
        out: Trial | None = trial
        if trial.state == "complete" and (leader is None or best_trial((leader, trial)) is trial):
            out, leader = leader, trial
        if out is not None:
            shutil.rmtree(_folder(job, out.settings), ignore_errors=True)
        if on_trial is not None:
            on_trial(trial)

    found = search(
        train,
        space=SPACE,
        first={name: getattr(settings, name) for name in SPACE},
        trials=trials,
        journal=job.folder / "trials.log",
        seed=settings.seed,
        resume=resume,
        on_trial=on_end,
    )
    best = best_trial(found)
    chosen = replace(settings, **best.settings)
    last = replace(job, settings={"fit": chosen.to_dict(), "reader": recipe.to_dict()})
    kept = last.folder
    checkpoint = _folder(job, best.settings) / CHECKPOINT
    if checkpoint.is_file():
        kept.mkdir(parents=True, exist_ok=True)
        checkpoint.replace(kept / CHECKPOINT)
    shutil.rmtree(_folder(job, best.settings).parent, ignore_errors=True)
    card = last.made() or train_reader(
        workspace,
        job.dataset.id,
        base=base,
        settings=chosen,
        recipe=recipe,
        resume=(kept / CHECKPOINT).is_file(),
    )
    scored = [(float(one.number), one.score) for one in found if one.score is not None]
    complete = [(float(one.number), one.score or 0.0) for one in found if one.state == "complete"]
    return Report(
        kind="sweep",
        name=job.dataset.name,
        scores=card.metrics,
        curves={
            "held-out quality by trial": tuple(scored),
            "best so far": tuple(
                itertools.accumulate(complete, lambda one, two: (two[0], max(one[1], two[1])))
            ),
        },
        tables={"Trials, best first": tuple(_row(one) for one in _ranked(found))},
        notes=(
            f"Trial {best.number} is best on held-out rows ({best.score:.4f}; the first, with the settings as"
            f" given, {found[0].score or 0:.4f}). The figures above are of the test rows.",
            f"Its model is {card.id}. Put it to use: vade models use {card.id}",
        ),
        manifest={
            "request": {"data": job.dataset.id, "base": base, "trials": trials},
            "config": knobs,
            "model": card.id,
        },
    )


def _folder(job: Training, tried: Mapping[str, Any]) -> Path:
    """Return where a trial runs."""
    digest = hashlib.sha256(json.dumps(dict(tried), sort_keys=True).encode()).hexdigest()[:12]
    return job.folder / "trials" / digest


def _scoring(evaluations: int, on_score: OnScore, on_step: OnStep | None) -> OnStep:
    """Return what the engine tells; held-out figures before the last go to the search."""
    share = 0.0

    def tell(told: Step | Evaluation | str) -> None:
        nonlocal share
        if on_step is not None:
            on_step(told)
        if isinstance(told, Step):
            share = told.number / told.of
        elif isinstance(told, Evaluation) and share < 1:
            on_score(round(evaluations * share), told.score)

    return tell


def _ranked(trials: Sequence[Trial]) -> list[Trial]:
    order = {"complete": 0, "pruned": 1, "failed": 2}
    return sorted(trials, key=lambda one: (order[one.state], -(one.score or 0.0)))


def _row(trial: Trial) -> dict[str, Any]:
    quality = "" if trial.score is None else f"{trial.score:.4f}"
    settings = {
        name: f"{value:.2g}" if isinstance(value, float) else value for name, value in trial.settings.items()
    }
    return {
        "trial": trial.number,
        "ended": trial.reason or trial.state,
        "held-out quality": quality,
        **settings,
    }
