"""`vade eval compare`: two reports, question by question."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.eval.output import find_report
from vademecum.cli.options import JsonOption, WorkspaceOption, workspace_or_none


def compare(
    before: Annotated[str, typer.Argument(help="Report file, or its name in the workspace.")],
    after: Annotated[str, typer.Argument(help="The report to compare it with.")],
    worst: Annotated[int, typer.Option("--worst", min=0, help="How many lost questions to show.")] = 10,
    peeked: Annotated[
        bool, typer.Option("--peeked", help="Show p-values that hold though one looked while the run grew.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what differs between two reports, how surely, and which questions got worse.

    Example: vade eval compare before.report after.report
    """
    from vademecum.cli.output import print_json
    from vademecum.evaluate.compare import compare_reports
    from vademecum.evaluate.files import load_report

    folder = workspace_or_none(workspace)
    first, second = (load_report(find_report(name, folder)) for name in (before, after))
    found = compare_reports(first, second)
    if as_json:
        print_json(found.to_dict())
        return
    typer.echo(
        f"  {'metric':<22} {'before':>8}    {'after':>8}  difference [95% interval]  p (Holm)  verdict"
    )
    for row in found.metrics:
        test = row.test
        typer.echo(
            f"  {row.metric:<22} {row.before:8.4f} -> {row.after:8.4f}  {test.difference:+.4f} "
            f"[{test.low:+.4f}, {test.high:+.4f}]  p {row.corrected:.4f}  {row.verdict}"
        )
        if peeked:
            known = "needs figures from 0 to 1" if row.anytime is None else f"p {row.anytime:.4f}"
            typer.echo(f"{'':<25}however often one looked: {known}")
        if row.verdict == "no difference shown" and test.difference:
            seen = f"{test.count} questions show differences of {row.detectable:.4f} or more"
            typer.echo(f"{'':<25}{seen} ({test.test})")
    for name, (old, new) in found.changed.items():
        typer.echo(f"  changed: {name}: {old} -> {new}")
    if found.unshared:
        typer.echo(f"  {found.unshared} questions are in one report only and left out")
    for loss in found.worse[:worst]:
        typer.echo(f"  worse: {loss.metric} {loss.before:.3f} -> {loss.after:.3f}  {loss.text} ({loss.id})")
    if len(found.worse) > worst:
        typer.echo(f"  ... and {len(found.worse) - worst} more; --worst N shows them.")
