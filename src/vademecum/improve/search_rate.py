"""Looks for the learning rate of a reader and returns the search as a report."""

from __future__ import annotations

from collections.abc import Callable

from vademecum.errors import InputError
from vademecum.improve.reader_task import reader_task
from vademecum.improve.training import Training
from vademecum.models.pull import Progress
from vademecum.train.find_rate import find_rate as search
from vademecum.train.recipes.reader import ReaderSettings
from vademecum.train.settings import FitSettings
from vademecum.values import Report, Score
from vademecum.workspace import Workspace


def find_rate(
    workspace: Workspace,
    data: str,
    *,
    base: str,
    batch_size: int = 16,
    seed: int = 0,
    low: float = 1e-6,
    high: float = 1e-1,
    on_progress: Callable[[int, int], None] | None = None,
    on_pull: Progress | None = None,
) -> Report:
    """Return a report with the loss at each rate, and the rate at which it fell fastest as its score.

    Args:
        workspace: Whose dataset.
        data: Dataset of questions.
        base: Catalog name of the encoder.
        batch_size: Examples behind one update.
        seed: Of order and new weights.
        low: First rate.
        high: Last rate.
        on_progress: Told (done, total).
        on_pull: Told how far the download of the base is.

    Raises:
        InputError: The dataset does not fit, or the rates do not rise.
        LimitError: The loss diverged before anything could be seen.
    """
    if not 0 < low < high:
        raise InputError(f"the rates run from {low:g} to {high:g}; they have to rise, from above 0.")
    settings = FitSettings(batch_size=batch_size, seed=seed)
    recipe = ReaderSettings(seed=seed)
    knobs = {"fit": settings.to_dict(), "reader": recipe.to_dict()}
    job = Training.of(workspace, "reader", data, task="questions", base=base, settings=knobs)
    task = reader_task(job, recipe, on_pull=on_pull)

    def on_point(step: int, steps: int, rate: float, loss: float) -> None:
        if on_progress is not None:
            on_progress(step, steps)

    found = search(task, settings=settings, low=low, high=high, on_point=on_point)
    return Report(
        kind="find-rate",
        name=job.dataset.name,
        scores=(Score(metric="suggested-rate", value=found.suggestion, better="neither"),),
        curves={"loss by rate": found.points},
        tables={
            "Loss at each rate": tuple(
                {"rate": f"{rate:.2e}", "loss": f"{loss:.3f}"} for rate, loss in found.points
            )
        },
        notes=(f"The loss fell fastest at a learning rate of {found.suggestion:.2g}.",),
        manifest={"request": {"data": job.dataset.id, "base": base}, "config": knobs},
    )
