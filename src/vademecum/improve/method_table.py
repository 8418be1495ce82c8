"""Compares ways of training a reader: what each costs and what it gives, in one table."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vademecum import errors
from vademecum.errors import InternalError, VademecumError
from vademecum.evaluate.statistics import paired_test
from vademecum.improve.reader_task import questions
from vademecum.improve.reader_training import BASE
from vademecum.improve.score_reader import reader_scores, row_figures
from vademecum.improve.training import Training
from vademecum.models.catalog import find_model
from vademecum.models.pull import Progress, ensure_model
from vademecum.train.recipes.reader import ReaderSettings
from vademecum.train.settings import FitSettings
from vademecum.train.task import Evaluation, OnStep, Step
from vademecum.values import QuestionExample, Report
from vademecum.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Way:
    """A way of training.

    Attributes:
        about: What it trains.
        rate: Factor on the learning rate; the fewer weights learn, the faster they may.
        changes: Settings that make it.
    """

    about: str
    rate: float
    changes: Mapping[str, Any] = field(default_factory=dict)


WAYS: Mapping[str, Way] = {
    "full": Way("every weight", 1),
    "decay": Way("every weight, deeper layers more slowly", 1.5, {"layer_decay": 0.8}),
    "lora": Way("a low-rank adapter beside every matrix, and the head", 3, {"method": "lora"}),
    "bitfit": Way("biases and the head", 5, {"method": "bitfit"}),
    "head": Way("the head alone", 20, {"method": "head"}),
}
"""The ways that are compared; the first one is what the others are held against."""


def compare_methods(
    workspace: Workspace,
    data: str,
    *,
    base: str = BASE,
    methods: Sequence[str] = tuple(WAYS),
    settings: FitSettings | None = None,
    resume: bool = False,
    on_method: Callable[[str], None] | None = None,
    on_step: OnStep | None = None,
    on_pull: Progress | None = None,
) -> Report:
    """Train a reader in several ways, each in a process of its own, and return a report with the table.

    Args:
        workspace: Whose dataset it is.
        data: Dataset of questions, as "name" or "name@version".
        base: Catalog name of the encoder each begins with.
        methods: Of `WAYS`; the first one is what the others are held against.
        settings: Knobs that all share; the rate is multiplied by each way's factor.
        resume: Take over what ended before, and go on with what was cut off.
        on_method: Told each way when it begins.
        on_step: Told every step and evaluation.
        on_pull: Told how far the download of the base is.

    Raises:
        ConfigError: A way that is not known, or a base that is not trainable.
        InputError: The dataset does not fit.
        LimitError: Memory or disk do not suffice.
    """
    unknown = [name for name in methods if name not in WAYS]
    if unknown or not methods:
        raise errors.ConfigError(
            f"{', '.join(unknown) or 'nothing'} cannot be compared. Choose of {', '.join(WAYS)}."
        )
    settings = settings or FitSettings(learning_rate=1.5e-4)
    recipe = ReaderSettings(seed=settings.seed)
    knobs = {"fit": settings.to_dict(), "reader": recipe.to_dict()}
    job = Training.of(workspace, "reader", data, task="questions", base=base, settings=knobs)
    ensure_model(find_model(base), progress=on_pull)
    outcomes: dict[str, dict[str, Any]] = {}
    for name in methods:
        if on_method is not None:
            on_method(name)
        way = WAYS[name]
        changed = replace(settings, learning_rate=settings.learning_rate * way.rate, **way.changes)
        request = {
            "folder": str(workspace.folder.absolute()),
            "data": job.dataset.id,
            "base": base,
            "fit": changed.to_dict(),
            "reader": recipe.to_dict(),
            "resume": resume,
        }
        outcomes[name] = {**_run(request, on_step), "rate": changed.learning_rate}
    return _report(job, outcomes, questions(job, "test"), knobs)


def _run(request: Mapping[str, Any], on_step: OnStep | None) -> dict[str, Any]:
    """Train in another process and return what came of it.

    Raises:
        VademecumError: What the process raised.
        InternalError: It died.
    """
    command = [sys.executable, "-P", "-m", "vademecum.improve.method_run"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(request))
            process.stdin.close()
            for line in process.stdout:
                told = json.loads(line)
                if "outcome" in told:
                    outcome: dict[str, Any] = told["outcome"]
                    return outcome
                if "error" in told:
                    kind: type[VademecumError] = getattr(errors, told["error"])
                    raise kind(told["message"])
                if on_step is not None:
                    on_step(_told(told))
        except BaseException:
            process.kill()
            raise
    raise InternalError(f"a training process ended with exit status {process.returncode}, and without a word")


def _told(line: Mapping[str, Any]) -> Step | Evaluation | str:
    """Return what the other process's engine told."""
    if "step" in line:
        return Step(**line["step"])
    return Evaluation(**line["evaluation"]) if "evaluation" in line else str(line["words"])


def _report(
    job: Training,
    outcomes: Mapping[str, Mapping[str, Any]],
    rows: Sequence[QuestionExample],
    knobs: Mapping[str, Any],
) -> Report:
    base, *_ = outcomes
    overlaps = {
        name: [overlap for _, overlap in row_figures(rows, outcome["found"])]
        for name, outcome in outcomes.items()
    }
    table, notes, scores = [], [], []
    for name, outcome in outcomes.items():
        found = reader_scores(rows, outcome["found"])
        scores += [replace(score, metric=f"{name} {score.metric}") for score in found]
        test = paired_test(overlaps[base], overlaps[name])
        against = f"{test.difference:+.3f} [{test.low:+.3f}, {test.high:+.3f}]"
        table.append(
            {
                "method": name,
                "trains": WAYS[name].about,
                "share": f"{outcome['share']:.4%}",
                "rate": f"{outcome['rate']:.2g}",
                "seconds": round(outcome["seconds"]),
                "memory, MB": round(outcome["megabytes"]),
                **{score.metric: f"{score.value:.3f}" for score in found if score.value is not None},
                f"F1 against {base}": "" if name == base else against,
            }
        )
        if name != base:
            times = outcome["seconds"] / outcomes[base]["seconds"]
            notes.append(
                f"{name} trains {outcome['share']:.4%} of the weights, in {times:.2f} times the time of"
                f" {base}; F1 {against} against it."
            )
    return Report(
        kind="compare",
        name=job.dataset.name,
        scores=tuple(scores),
        curves={
            f"held-out quality of {name} by share of the training": tuple(
                (share, value) for share, value in outcome["held_out"]
            )
            for name, outcome in outcomes.items()
        },
        tables={"Methods, figures of the test rows": tuple(table)},
        notes=tuple(notes),
        manifest={"request": {"data": job.dataset.id, "base": job.base}, "config": dict(knobs)},
    )
