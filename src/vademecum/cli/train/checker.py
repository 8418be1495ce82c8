"""`vade train checker`: a model that judges a claim by its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace
from vademecum.cli.train.options import (
    BaseOption,
    BatchOption,
    DataOption,
    DecayOption,
    DeviceOption,
    EpochsOption,
    EvaluationsOption,
    MethodOption,
    MicroOption,
    PatienceOption,
    RateOption,
    ResumeOption,
    ScheduleOption,
    SeedOption,
)

if TYPE_CHECKING:
    from vademecum.train.settings import Method, Schedule


def checker(
    data: DataOption,
    base: BaseOption = "ms-marco-minilm",
    epochs: EpochsOption = 1.0,
    batch_size: BatchOption = 16,
    micro_batch: MicroOption = 0,
    learning_rate: RateOption = 8e-5,
    schedule: ScheduleOption = "linear",
    method: MethodOption = "full",
    layer_decay: DecayOption = 1.0,
    patience: PatienceOption = 0,
    evaluations: EvaluationsOption = 4,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    resume: ResumeOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a claim checker: claim and evidence to supported, contradicted or neither.

    Example: vade train checker --data claims
    """
    from vademecum import improve
    from vademecum.cli.progress import pull_bar
    from vademecum.cli.train.output import print_model
    from vademecum.cli.train.progress import training_bar

    train = improve.train_checker
    from vademecum.train.settings import FitSettings

    settings = FitSettings(
        epochs=epochs,
        batch_size=batch_size,
        micro_batch=micro_batch,
        learning_rate=learning_rate,
        schedule=cast("Schedule", schedule),
        method=cast("Method", method),
        layer_decay=layer_decay,
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
            resume=resume,
            on_step=on_step,
            on_pull=pull_bar(),
        )
    print_model(card, as_json=as_json)
