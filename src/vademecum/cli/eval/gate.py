"""`vade eval gate`: measure a suite, and fail when a threshold does not hold."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.eval.output import eval_bars, print_verdicts
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def gate(
    suite: Annotated[
        str, typer.Option("--suite", help="TOML file, or one that ships: ci, answers-small, retrieval-small.")
    ],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a suite; exit with 1 when a threshold fails, naming it.

    Example: vade eval gate --suite ci.toml
    """
    from vademecum import measure
    from vademecum.cli.output import print_json
    from vademecum.evaluate.files import save_report

    with open_workspace(workspace) as opened:
        with eval_bars("measuring") as (_, on_progress):
            reports, verdicts = measure.gate(opened, suite, on_progress=on_progress)
        paths = [save_report(report, opened.folder / "reports") for report in reports]
    passed = all(verdict.passed for verdict in verdicts)
    if as_json:
        print_json(
            {
                "passed": passed,
                "thresholds": [
                    {
                        "run": verdict.run,
                        "metric": verdict.threshold.metric,
                        "at_least": verdict.threshold.at_least,
                        "at_most": verdict.threshold.at_most,
                        "value": verdict.value,
                        "passed": verdict.passed,
                    }
                    for verdict in verdicts
                ],
                "reports": [str(path) for path in paths],
            }
        )
    else:
        print_verdicts(verdicts)
        for path in paths:
            typer.echo(str(path))
    if not passed:
        raise typer.Exit(1)
