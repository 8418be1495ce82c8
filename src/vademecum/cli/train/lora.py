"""`vade train lora`: a small adapter that teaches the embedded chat model how to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, cast

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace
from vademecum.cli.train.options import (
    BaseOption,
    BatchOption,
    DataOption,
    DeviceOption,
    EpochsOption,
    EvaluationsOption,
    MicroOption,
    PatienceOption,
    RateOption,
    ResumeOption,
    ScheduleOption,
    SeedOption,
)

if TYPE_CHECKING:
    from vademecum.train.settings import Schedule


def lora(
    data: DataOption,
    base: BaseOption = "smollm2-135m",
    rank: Annotated[int, typer.Option("--rank", help="Columns of the adapter's narrow matrices.")] = 16,
    epochs: EpochsOption = 2.0,
    batch_size: BatchOption = 16,
    micro_batch: MicroOption = 4,
    learning_rate: RateOption = 2e-4,
    schedule: ScheduleOption = "linear",
    patience: PatienceOption = 0,
    evaluations: EvaluationsOption = 4,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    resume: ResumeOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a low-rank adapter of the embedded chat model on conversations.

    Example: vade train lora --data grounded --epochs 2
    """
    from vademecum import improve
    from vademecum.cli.progress import pull_bar
    from vademecum.cli.train.output import print_model
    from vademecum.cli.train.progress import training_bar

    train = improve.train_lora
    from vademecum.train.recipes.lora import LoraSettings
    from vademecum.train.settings import FitSettings

    settings = FitSettings(
        epochs=epochs,
        batch_size=batch_size,
        micro_batch=micro_batch,
        learning_rate=learning_rate,
        schedule=cast("Schedule", schedule),
        patience=patience,
        evaluations=evaluations,
        seed=seed,
        device=device,
    )
    with open_workspace(workspace) as opened, training_bar() as on_step:
        card = train(
            opened,
            data,
            base=base,
            settings=settings,
            recipe=LoraSettings(rank=rank, seed=seed),
            resume=resume,
            on_step=on_step,
            on_pull=pull_bar(),
        )
    print_model(card, as_json=as_json)
