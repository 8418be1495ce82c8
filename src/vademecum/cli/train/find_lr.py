"""`vade train find-lr`: which learning rate a reader wants."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace
from vademecum.cli.train.options import BaseOption, BatchOption, DataOption, SeedOption


def find_lr(
    data: DataOption,
    base: BaseOption = "ms-marco-minilm",
    batch_size: BatchOption = 16,
    seed: SeedOption = 0,
    low: Annotated[float, typer.Option("--low", help="First rate.")] = 1e-6,
    high: Annotated[float, typer.Option("--high", help="Last rate, unless the loss diverges before.")] = 1e-1,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Raise the learning rate step by step, plot the loss, and suggest the rate at which it falls fastest.

    Example: vade train find-lr --data qa
    """
    from vademecum import improve
    from vademecum.cli.eval.output import eval_bars, keep
    from vademecum.cli.progress import pull_bar

    search = improve.find_rate
    with open_workspace(workspace) as opened, eval_bars("step") as (_, on_item):
        report = search(
            opened,
            data,
            base=base,
            batch_size=batch_size,
            seed=seed,
            low=low,
            high=high,
            on_progress=on_item,
            on_pull=pull_bar(),
        )
    keep(report, opened.folder, out=None, as_json=as_json)
    typer.echo(f"Train with it: vade train reader --data {data} --learning-rate RATE", err=True)
