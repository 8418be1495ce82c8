"""Trains a reader by one method in a process of its own: `python -m vademecum.improve.method_run`.

One JSON request comes in on stdin; a line goes out for each step and evaluation, and at last one with what
came of it or with the error. Alone in its process, a training shows how much memory it takes.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import vademecum
from vademecum.errors import VademecumError
from vademecum.files import written_whole
from vademecum.improve.reader_task import questions, reader_task
from vademecum.improve.training import Training
from vademecum.train.engine import CHECKPOINT, fit
from vademecum.train.memory import PeakMemory
from vademecum.train.recipes.reader import ReaderSettings, read_rows
from vademecum.train.settings import FitSettings
from vademecum.train.task import Evaluation, OnStep, Step

OUTCOME = "outcome.json"


def main() -> None:
    """Serve the one request."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is no answer

    def tell(told: Step | Evaluation | str) -> None:
        if isinstance(told, str):
            send({"words": told})
        else:
            send({"step" if isinstance(told, Step) else "evaluation": asdict(told)})

    def send(line: Mapping[str, Any]) -> None:
        out.write(json.dumps(line) + "\n")
        out.flush()

    request = json.loads(sys.stdin.read())
    try:
        with vademecum.open(request["folder"]) as workspace:
            fitted, recipe = FitSettings(**request["fit"]), ReaderSettings(**request["reader"])
            job = Training.of(
                workspace,
                "reader",
                request["data"],
                task="questions",
                base=request["base"],
                settings={"fit": fitted.to_dict(), "reader": recipe.to_dict()},
            )
            send({"outcome": _train(job, fitted, recipe, resume=request["resume"], tell=tell)})
    except VademecumError as error:
        send({"error": type(error).__name__, "message": str(error)})
    except KeyboardInterrupt:
        sys.exit(130)


def _train(
    job: Training, settings: FitSettings, recipe: ReaderSettings, *, resume: bool, tell: OnStep
) -> dict[str, Any]:
    """Return share, seconds, memory, held-out figures and what was read in the test rows.

    A training that came to its end before is not run again: it would take no memory.
    """
    path = job.folder / OUTCOME
    if resume and path.is_file():
        known: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return known
    with PeakMemory() as memory:
        task = reader_task(job, recipe)
        run = fit(
            task,
            settings=settings,
            folder=job.folder,
            identity=job.identity,
            resume=resume and (job.folder / CHECKPOINT).is_file(),
            on_step=tell,
        )
    outcome = {
        "share": run.trained_share,
        "seconds": run.steps[-1].seconds,
        "megabytes": memory.megabytes,
        "held_out": [[one.step / run.steps[-1].of, one.score] for one in run.evaluations],
        "found": read_rows(task.model, task.tokenizer, questions(job, "test")),
    }
    (job.folder / CHECKPOINT).unlink(missing_ok=True)
    with written_whole(path) as stream:
        json.dump(outcome, stream)
    return outcome


if __name__ == "__main__":
    main()
