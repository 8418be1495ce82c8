"""`vade train compare`: what each way of training a reader costs and gives."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace
from vademecum.cli.train.options import (
    BaseOption,
    BatchOption,
    DataOption,
    DeviceOption,
    EpochsOption,
    RateOption,
    ResumeOption,
    SeedOption,
)


def compare(
    data: DataOption,
    base: BaseOption = "ms-marco-minilm",
    methods: Annotated[
        str, typer.Option("--methods", help="The first is what the others are held against.")
    ] = "full,decay,lora,bitfit,head",
    epochs: EpochsOption = 1.0,
    batch_size: BatchOption = 16,
    learning_rate: RateOption = 1.5e-4,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    resume: ResumeOption = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Train a reader in several ways and put quality, trained share, time and memory into one table.

    The rate is that of "full"; ways that train fewer weights multiply it, as the table says.

    Example: vade train compare --data qa --methods full,lora
    """
    from vademecum import improve
    from vademecum.cli.eval.output import keep
    from vademecum.cli.output import print_table
    from vademecum.cli.progress import pull_bar
    from vademecum.cli.train.progress import training_bar

    run = improve.compare_methods
    from vademecum.train.settings import FitSettings

    settings = FitSettings(
        epochs=epochs, batch_size=batch_size, learning_rate=learning_rate, seed=seed, device=device
    )
    with open_workspace(workspace) as opened, training_bar() as on_step:
        report = run(
            opened,
            data,
            base=base,
            methods=[name.strip() for name in methods.split(",") if name.strip()],
            settings=settings,
            resume=resume,
            on_method=lambda name: on_step(f"{name}:"),
            on_step=on_step,
            on_pull=pull_bar(),
        )
    keep(report, opened.folder, out=None, as_json=as_json)
    if not as_json:
        print_table(*report.tables.values())
        typer.echo(f"Train with one: vade train reader --data {data} --method METHOD", err=True)
