"""Trains an adapter of the embedded chat model on conversations and keeps it as a model."""

from __future__ import annotations

from vademecum.evaluate.scores import mean_score
from vademecum.improve.training import Training
from vademecum.models.pull import Progress
from vademecum.train.adapter import save_adapter
from vademecum.train.datasets import Datasets
from vademecum.train.gguf import load_chat
from vademecum.train.recipes.lora import LoraSettings, LoraTask
from vademecum.train.settings import FitSettings
from vademecum.train.task import OnStep
from vademecum.values import InstructionExample, ModelCard, Score
from vademecum.workspace import Workspace

BASE = "smollm2-135m"
_LIMITS = (
    "Changes how the model writes, not what it knows; every sentence is still checked against its quote."
    " Held-out figures are of conversations like those it learned from."
)


def train_lora(
    workspace: Workspace,
    data: str,
    *,
    base: str = BASE,
    settings: FitSettings | None = None,
    recipe: LoraSettings | None = None,
    resume: bool = False,
    on_step: OnStep | None = None,
    on_pull: Progress | None = None,
) -> ModelCard:
    """Train an adapter and keep it as PEFT's files and as the file that the embedded engine loads.

    Args:
        workspace: Whose dataset it is, and where the model is kept.
        data: Dataset of instructions, as "name" or "name@version".
        base: Catalog name of the chat model.
        settings: Knobs of the engine.
        recipe: Size of the adapter and what it may read.
        resume: Go on from the checkpoint of the same data, base and settings.
        on_step: Told every step and evaluation.
        on_pull: Told how far the download of the base is.

    Raises:
        InputError: The dataset does not fit, or there is nothing to resume.
        ConfigError: The base is not trainable.
        LimitError: Memory or disk do not suffice.
    """
    settings = settings or FitSettings(learning_rate=2e-4, micro_batch=4)
    recipe = recipe or LoraSettings(seed=settings.seed)
    knobs = {"fit": settings.to_dict(), "lora": recipe.to_dict()}
    job = Training.of(workspace, "lora", data, task="instructions", base=base, settings=knobs, resume=resume)
    store = Datasets.of(workspace.folder)
    train, dev, test = (
        [row for row in store.rows(job.dataset, part) if isinstance(row, InstructionExample)]
        for part in ("train", "dev", "test")
    )
    task = LoraTask(load_chat(base, progress=on_pull), train=train, dev=dev, settings=recipe)
    run = job.fit(task, settings=settings, resume=resume, on_step=on_step)
    files = job.folder / "model"
    save_adapter(task.model, files, name=job.dataset.name)
    share = Score(metric="trained-share", value=run.trained_share, better="neither")
    losses = mean_score("loss", task.losses(test), better="lower", note="mean over conversations, a token")
    return job.finish(
        run,
        files,
        (losses, share),
        options={"rank": recipe.rank},
        limits=_LIMITS,
        about=f"Adapter of {base}, trained on {job.dataset.id}",
    )
