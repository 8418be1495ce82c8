"""`vade train sweep`: which settings a reader wants."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace
from vademecum.cli.train.options import (
    BaseOption,
    DataOption,
    DeviceOption,
    EpochsOption,
    EvaluationsOption,
    ResumeOption,
    SeedOption,
)

if TYPE_CHECKING:
    from vademecum.train.search import Trial


def sweep(
    data: DataOption,
    base: BaseOption = "ms-marco-minilm",
    trials: Annotated[int, typer.Option("--trials", min=1, help="Trainings at most.")] = 12,
    epochs: EpochsOption = 1.0,
    evaluations: EvaluationsOption = 4,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    resume: ResumeOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try learning rates, batch sizes and schedules; give up early what lags behind; keep the best reader.

    Example: vade train sweep --data qa --trials 12
    """
    from vademecum import improve
    from vademecum.cli.eval.output import keep
    from vademecum.cli.output import print_table
    from vademecum.cli.progress import pull_bar
    from vademecum.cli.train.progress import training_bar

    search = improve.sweep
    from vademecum.train.settings import FitSettings

    settings = FitSettings(
        epochs=epochs, learning_rate=1.5e-4, evaluations=evaluations, seed=seed, device=device
    )
    with open_workspace(workspace) as opened, training_bar() as on_step:

        def on_trial(trial: Trial) -> None:
            score = "" if trial.score is None else f", held out {trial.score:.4f}"
            on_step(f"trial {trial.number}: {trial.reason or trial.state}{score}, {dict(trial.settings)}")

        report = search(
            opened,
            data,
            base=base,
            trials=trials,
            settings=settings,
            resume=resume,
            on_step=on_step,
            on_trial=on_trial,
            on_pull=pull_bar(),
        )
        keep(report, opened.folder, out=None, as_json=as_json)
    if not as_json:
        print_table(*report.tables.values())
