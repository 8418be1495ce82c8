"""A reader's task from a dataset of a workspace."""

from __future__ import annotations

from vademecum.improve.training import Training
from vademecum.models.pull import Progress
from vademecum.train.bases import load_base
from vademecum.train.datasets import Datasets
from vademecum.train.recipes.reader import ReaderSettings, ReaderTask
from vademecum.values import QuestionExample, Split


def questions(job: Training, part: Split) -> list[QuestionExample]:
    """Return the rows of a part of a training's dataset."""
    rows = Datasets.of(job.workspace.folder).rows(job.dataset, part)
    return [row for row in rows if isinstance(row, QuestionExample)]


def reader_task(job: Training, recipe: ReaderSettings, *, on_pull: Progress | None = None) -> ReaderTask:
    """Return the task of a training; its new weights are drawn with the recipe's seed."""
    encoder, tokenizer = load_base(job.base, progress=on_pull)
    return ReaderTask(
        encoder,
        tokenizer,
        train=questions(job, "train"),
        dev=questions(job, "dev"),
        settings=recipe,
    )
