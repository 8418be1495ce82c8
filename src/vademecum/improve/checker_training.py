"""Trains a claim checker on a dataset of claims and keeps it as a model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vademecum.evaluate.scores import mean_score, whole_score
from vademecum.improve.score_reader import auroc
from vademecum.improve.training import Training
from vademecum.models.catalog import find_model
from vademecum.models.check import ClaimChecker
from vademecum.models.pull import Progress, ensure_model
from vademecum.train.bases import load_base
from vademecum.train.datasets import Datasets
from vademecum.train.export import export_onnx
from vademecum.train.heads import load_head
from vademecum.train.recipes.checker import CheckerTask
from vademecum.train.settings import FitSettings
from vademecum.train.task import OnStep
from vademecum.values import ClaimExample, ModelCard, Score
from vademecum.workspace import Workspace

BASE = "ms-marco-minilm"
_LIMITS = "English; claims of one sentence; what only distant places support together counts as open."


def train_checker(
    workspace: Workspace,
    data: str,
    *,
    base: str = BASE,
    settings: FitSettings | None = None,
    resume: bool = False,
    on_step: OnStep | None = None,
    on_pull: Progress | None = None,
) -> ModelCard:
    """Train a checker, measure it on the dataset's test rows as int8, and keep it.

    Args:
        workspace: Whose dataset it is, and where the model is kept.
        data: Dataset of claims, as "name" or "name@version".
        base: Catalog name of the encoder; a cross-encoder brings its head.
        settings: Knobs of the engine.
        resume: Go on from the checkpoint of the same data, base and settings.
        on_step: Told every step and evaluation.
        on_pull: Told how far the download of the base is.

    Raises:
        InputError: The dataset does not fit, or there is nothing to resume.
        ConfigError: The base is not trainable.
        LimitError: Memory or disk do not suffice.
    """
    settings = settings or FitSettings(epochs=1, learning_rate=8e-5)
    knobs = {"fit": settings.to_dict()}
    job = Training.of(workspace, "checker", data, task="claims", base=base, settings=knobs, resume=resume)
    store = Datasets.of(workspace.folder)
    train, dev, test = (
        [row for row in store.rows(job.dataset, part) if isinstance(row, ClaimExample)]
        for part in ("train", "dev", "test")
    )
    encoder, tokenizer = load_base(base, progress=on_pull)
    folder = ensure_model(find_model(base))
    head = load_head(folder) if (folder / "model.onnx").exists() else None
    task = CheckerTask(encoder, tokenizer, train=train, dev=dev, head=head)
    run = job.fit(task, settings=settings, resume=resume, on_step=on_step)
    files = job.folder / "model"
    export_onnx(task.model, tokenizer, files, output="logits")
    return job.finish(
        run,
        files,
        score_checker(ClaimChecker.open(files), test),
        limits=_LIMITS,
        about=f"Claim checker, int8 ONNX, trained from {base} on {job.dataset.id}",
    )


def score_checker(checker: ClaimChecker, rows: Sequence[ClaimExample]) -> tuple[Score, ...]:
    """Return accuracy over the three labels and the AUROC of supported against the others."""
    verdicts = [checker.check(one.claim, [one.evidence])[0] for one in rows]
    right = [float(verdict.label == one.label) for verdict, one in zip(verdicts, rows, strict=True)]
    supported = [float(one.label == "supported") for one in rows]
    table = np.column_stack([supported, [verdict.supported for verdict in verdicts]])  # [claims, 2]
    return (
        mean_score("accuracy", right, better="higher"),
        whole_score("supported-auroc", auroc, table, better="higher"),
    )
