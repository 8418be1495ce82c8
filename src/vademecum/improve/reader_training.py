"""Trains a reader on a dataset of questions and keeps it as a model."""

from __future__ import annotations

from vademecum.improve.reader_task import questions, reader_task
from vademecum.improve.score_reader import score_reader
from vademecum.improve.training import Training
from vademecum.models.pull import Progress
from vademecum.models.read import Reader
from vademecum.train.export import export_onnx
from vademecum.train.recipes.reader import ReaderSettings
from vademecum.train.settings import FitSettings
from vademecum.train.task import OnStep
from vademecum.values import ModelCard
from vademecum.workspace import Workspace

BASE = "ms-marco-minilm"
"""A cross-encoder for questions and passages reads better after training than a plain encoder does."""
_LIMITS = (
    "English; finds spans of up to 40 tokens and no other kind of answer: no yes or no, no sums, no lists"
    " from"
    " several places. Figures are on articles it has not seen, of the kind it was trained on."
)


def train_reader(
    workspace: Workspace,
    data: str,
    *,
    base: str = BASE,
    settings: FitSettings | None = None,
    recipe: ReaderSettings | None = None,
    resume: bool = False,
    on_step: OnStep | None = None,
    on_pull: Progress | None = None,
) -> ModelCard:
    """Train a reader, measure it on the dataset's test rows as int8, and keep it.

    Args:
        workspace: Whose dataset it is, and where the model is kept.
        data: Dataset of questions, as "name" or "name@version".
        base: Catalog name of the encoder it begins with.
        settings: Knobs of the engine.
        recipe: What it learns from.
        resume: Go on from the checkpoint of the same data, base and settings.
        on_step: Told every step and evaluation.
        on_pull: Told how far the download of the base is.

    Raises:
        InputError: The dataset does not fit, or there is nothing to resume.
        ConfigError: The base is not trainable.
        LimitError: Memory or disk do not suffice.
    """
    settings = settings or FitSettings(learning_rate=1.5e-4)
    recipe = recipe or ReaderSettings(seed=settings.seed)
    job = Training.of(
        workspace,
        "reader",
        data,
        task="questions",
        base=base,
        settings={"fit": settings.to_dict(), "reader": recipe.to_dict()},
        resume=resume,
    )
    task = reader_task(job, recipe, on_pull=on_pull)
    run = job.fit(task, settings=settings, resume=resume, on_step=on_step)
    files = job.folder / "model"
    export_onnx(task.model, task.tokenizer, files, output="logits")
    scores = score_reader(Reader.open(files, job.identity), questions(job, "test"))
    return job.finish(
        run,
        files,
        scores,
        options={"other_passages": recipe.other_passages},
        limits=_LIMITS,
        about=f"Extractive reader, int8 ONNX, trained from {base} on {job.dataset.id}",
    )
