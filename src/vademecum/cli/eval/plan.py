"""`vade eval plan`: how many questions a comparison needs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from vademecum.cli.eval.output import find_report
from vademecum.cli.options import JsonOption, WorkspaceOption, workspace_or_none


def plan(
    reports: Annotated[
        list[str], typer.Argument(help="Two reports of the same questions, or repeats of one run.")
    ],
    difference: Annotated[
        float, typer.Option("--difference", help="The smallest difference that matters.")
    ] = 0.02,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how many questions show a difference four times out of five, before a long run.

    Reports of one configuration are repeats: their noise is shown too.

    Example: vade eval plan before.report after.report --difference 0.02
    """
    from vademecum.cli.output import print_json
    from vademecum.evaluate.files import load_report
    from vademecum.evaluate.plan import plan_comparison

    folder = workspace_or_none(workspace)
    loaded = [load_report(find_report(name, folder)) for name in reports]
    rows = plan_comparison(loaded, difference=difference)
    if as_json:
        print_json({"difference": difference, "metrics": [asdict(row) for row in rows]})
        return
    typer.echo(f"  {'metric':<22} {'needed':>8}  shown by these  noise of repeats")
    for row in rows:
        noise = "" if row.noise is None else f"{row.noise:.4f}"
        typer.echo(f"  {row.metric:<22} {row.needed:>8}  {row.detectable:>14.4f}  {noise}")
