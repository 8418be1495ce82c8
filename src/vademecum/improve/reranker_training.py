"""Trains a reranker on a dataset of pairs and keeps it as a model."""

from __future__ import annotations

from pathlib import Path

from vademecum.errors import ConfigError
from vademecum.improve.mine import OnMined
from vademecum.improve.pair_training import before_and_after, general_scores, general_set, mined_pairs
from vademecum.improve.score_pairs import METRIC, judged_rerank, rerank_figures
from vademecum.improve.training import Training
from vademecum.models.catalog import find_model
from vademecum.models.pull import Progress, ensure_model
from vademecum.models.rerank import CrossEncoder
from vademecum.train.bases import load_base
from vademecum.train.export import export_onnx
from vademecum.train.heads import load_head
from vademecum.train.recipes.reranker import RerankerSettings, RerankerTask
from vademecum.train.settings import FitSettings
from vademecum.train.task import OnStep
from vademecum.values import ModelCard
from vademecum.workspace import Workspace

BASE = "ms-marco-minilm"
LEARNING_RATE = 2e-5
_LIMITS = (
    "English; tuned to the documents it was trained on. Its logits order passages; thresholds of its base"
    " do not hold for it."
)


def train_reranker(
    workspace: Workspace,
    data: str,
    *,
    base: str = BASE,
    settings: FitSettings | None = None,
    recipe: RerankerSettings | None = None,
    general: str | Path | None = None,
    resume: bool = False,
    on_step: OnStep | None = None,
    on_mined: OnMined | None = None,
    on_pull: Progress | None = None,
) -> ModelCard:
    """Tune a cross-encoder to pairs of query and passage, measure it as int8 beside its base, and keep it.

    Args:
        workspace: Whose dataset it is, and where the model is kept.
        data: Dataset of pairs, as "name" or "name@version".
        base: Catalog name of a cross-encoder.
        settings: Knobs of the engine.
        recipe: How it learns.
        general: Judged collection on which forgetting is measured; None measures none.
        resume: Go on from the checkpoint of the same data, base and settings.
        on_step: Told every step and evaluation.
        on_mined: Told how many queries have their negatives.
        on_pull: Told how far the download of the base is.

    Raises:
        InputError: The dataset does not fit, or there is nothing to resume.
        ConfigError: The base is no cross-encoder, or not trainable.
        LimitError: Memory or disk do not suffice.
    """
    settings = settings or FitSettings(learning_rate=LEARNING_RATE, batch_size=8, patience=2)
    recipe = recipe or RerankerSettings(seed=settings.seed)
    knobs = {"fit": settings.to_dict(), "reranker": recipe.to_dict()}
    job = Training.of(workspace, "reranker", data, task="pairs", base=base, settings=knobs, resume=resume)
    judged = general_set(general)
    entry = find_model(base)
    encoder, tokenizer = load_base(base, progress=on_pull)
    folder = ensure_model(entry)
    head = load_head(folder) if (folder / "model.onnx").exists() else None
    if head is None:
        raise ConfigError(f"'{base}' is a model for {entry.task}, not a cross-encoder. Use {BASE}.")
    mined = mined_pairs(job, on_mined=on_mined)
    task = RerankerTask(
        encoder,
        tokenizer,
        train=mined.rows["train"],
        dev=mined.rows["dev"],
        settings=recipe,
        head=head,
    )
    run = job.fit(task, settings=settings, resume=resume, on_step=on_step)
    files = job.folder / "model"
    export_onnx(task.model, tokenizer, files, output="logits")
    old, new = CrossEncoder.load(base), CrossEncoder.open(files, job.identity)
    test = mined.rows["test"]
    scores = before_and_after(METRIC, rerank_figures(old.score, test), rerank_figures(new.score, test))
    if judged is not None:
        embedder = workspace.embedder()
        before, after = judged_rerank(embedder, [old.score, new.score], judged)
        scores += general_scores(judged, before, after)
    return job.finish(
        run,
        files,
        scores,
        options={"general": general} if general else {},
        limits=_LIMITS,
        about=f"Cross-encoder, int8 ONNX, tuned from {base} on {job.dataset.id}",
    )
