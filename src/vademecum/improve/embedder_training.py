"""Trains an embedder on a dataset of pairs and keeps it as a model."""

from __future__ import annotations

from pathlib import Path

from vademecum.improve.mine import OnMined
from vademecum.improve.pair_training import before_and_after, general_scores, general_set, mined_pairs
from vademecum.improve.score_pairs import METRIC, judged_search, search_figures
from vademecum.improve.training import Training
from vademecum.models.catalog import find_model
from vademecum.models.embed import Embedder
from vademecum.models.onnx import OnnxModel
from vademecum.models.pull import Progress
from vademecum.train.bases import load_base
from vademecum.train.export import export_onnx
from vademecum.train.recipes.embedder import EmbedderSettings, EmbedderTask
from vademecum.train.settings import FitSettings
from vademecum.train.task import OnStep
from vademecum.values import ModelCard
from vademecum.workspace import Workspace

BASE = "bge-small-en"
LEARNING_RATE = 2e-5
_LIMITS = (
    "English; tuned to the documents it was trained on. Texts of other kinds it may find less well than its"
    " base does: see general-ndcg@10, where it was measured."
)


def train_embedder(
    workspace: Workspace,
    data: str,
    *,
    base: str = BASE,
    settings: FitSettings | None = None,
    recipe: EmbedderSettings | None = None,
    general: str | Path | None = None,
    resume: bool = False,
    on_step: OnStep | None = None,
    on_mined: OnMined | None = None,
    on_pull: Progress | None = None,
) -> ModelCard:
    """Tune an embedder to pairs of query and passage, measure it as int8 beside its base, and keep it.

    Args:
        workspace: Whose dataset it is, and where the model is kept.
        data: Dataset of pairs, as "name" or "name@version".
        base: Catalog name of the encoder it begins with; one that is read at its first token.
        settings: Knobs of the engine.
        recipe: How it learns.
        general: Judged collection on which forgetting is measured; None measures none.
        resume: Go on from the checkpoint of the same data, base and settings.
        on_step: Told every step and evaluation.
        on_mined: Told how many queries have their negatives.
        on_pull: Told how far the download of the base is.

    Raises:
        InputError: The dataset does not fit, or there is nothing to resume.
        ConfigError: The base is not trainable.
        LimitError: Memory or disk do not suffice.
    """
    settings = settings or FitSettings(learning_rate=LEARNING_RATE, batch_size=32, patience=2)
    recipe = recipe or EmbedderSettings(seed=settings.seed)
    job = Training.of(
        workspace,
        "embedder",
        data,
        task="pairs",
        base=base,
        settings={"fit": settings.to_dict(), "embedder": recipe.to_dict()},
        resume=resume,
    )
    judged = general_set(general)
    mined = mined_pairs(job, on_mined=on_mined)
    encoder, tokenizer = load_base(base, progress=on_pull)
    prefix = find_model(base).query_prefix
    task = EmbedderTask(
        encoder,
        tokenizer,
        train=mined.rows["train"],
        dev=mined.rows["dev"],
        vectors=mined.vectors,
        query_prefix=prefix,
        settings=recipe,
    )
    run = job.fit(task, settings=settings, resume=resume, on_step=on_step)
    files = job.folder / "model"
    export_onnx(task.model, tokenizer, files, output="last_hidden_state")
    old, new = Embedder.load(base), Embedder(OnnxModel(files), job.identity, query_prefix=prefix)
    test = mined.rows["test"]
    scores = before_and_after(METRIC, search_figures(old, test), search_figures(new, test))
    if judged is not None:
        scores += general_scores(judged, judged_search(old, judged), judged_search(new, judged))
    return job.finish(
        run,
        files,
        scores,
        options={"anchor": recipe.anchor, **({"general": general} if general else {})},
        limits=_LIMITS,
        about=f"Embedder, int8 ONNX, tuned from {base} on {job.dataset.id}",
    )
