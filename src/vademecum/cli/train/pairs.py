"""`vade train embedder` and `vade train reranker`: search tuned to a person's own documents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace
from vademecum.cli.train.options import (
    BaseOption,
    BatchOption,
    DataOption,
    DeviceOption,
    EpochsOption,
    EvaluationsOption,
    PatienceOption,
    RateOption,
    ResumeOption,
    ScheduleOption,
    SeedOption,
)

if TYPE_CHECKING:
    from vademecum.train.settings import Schedule
    from vademecum.values import ModelCard

GeneralOption = Annotated[
    Path | None,
    typer.Option("--general", help="Judged collection on which forgetting is measured, in BEIR's layout."),
]


def embedder(
    data: DataOption,
    base: BaseOption = "bge-small-en",
    epochs: EpochsOption = 2.0,
    batch_size: BatchOption = 32,
    learning_rate: RateOption = 2e-5,
    schedule: ScheduleOption = "linear",
    anchor: Annotated[
        float, typer.Option("--anchor", help="What moving away from the base costs; 0 lets it forget.")
    ] = 1.0,
    general: GeneralOption = None,
    patience: PatienceOption = 2,
    evaluations: EvaluationsOption = 6,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    resume: ResumeOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tune the embedding model to pairs of query and passage, with mined negatives.

    Example: vade data make --from-documents --task pairs --name own; vade train embedder --data own
    """
    from vademecum import improve

    train = improve.train_embedder
    from vademecum.train.recipes.embedder import EmbedderSettings
    from vademecum.train.settings import FitSettings

    settings = FitSettings(
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=cast("Schedule", schedule),
        patience=patience,
        evaluations=evaluations,
        seed=seed,
        device=device,
    )
    recipe = EmbedderSettings(anchor=anchor, seed=seed)
    knobs = {"base": base, "settings": settings, "recipe": recipe, "general": general, "resume": resume}
    _train(train, data, knobs, workspace=workspace, as_json=as_json)


def reranker(
    data: DataOption,
    base: BaseOption = "ms-marco-minilm",
    epochs: EpochsOption = 1.0,
    batch_size: BatchOption = 8,
    learning_rate: RateOption = 2e-5,
    schedule: ScheduleOption = "linear",
    general: GeneralOption = None,
    patience: PatienceOption = 2,
    evaluations: EvaluationsOption = 4,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    resume: ResumeOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Tune the cross-encoder to pairs of query and passage, with mined negatives.

    Example: vade data make --from-documents --task pairs --name own; vade train reranker --data own
    """
    from vademecum import improve

    train = improve.train_reranker
    from vademecum.train.settings import FitSettings

    settings = FitSettings(
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=cast("Schedule", schedule),
        patience=patience,
        evaluations=evaluations,
        seed=seed,
        device=device,
    )
    knobs = {"base": base, "settings": settings, "general": general, "resume": resume}
    _train(train, data, knobs, workspace=workspace, as_json=as_json)


def _train(
    train: Callable[..., ModelCard],
    data: str,
    knobs: dict[str, Any],
    *,
    workspace: Path | None,
    as_json: bool,
) -> None:
    """Mine with one bar, train with another, and print the card."""
    from vademecum.cli.progress import pull_bar
    from vademecum.cli.train.output import print_model
    from vademecum.cli.train.progress import training_bars

    with open_workspace(workspace) as opened, training_bars("mining negatives") as (on_step, on_mined):
        card = train(opened, data, **knobs, on_step=on_step, on_mined=on_mined, on_pull=pull_bar())
    print_model(card, as_json=as_json)
