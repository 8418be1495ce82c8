"""`vade eval again`: run a report's measurement once more."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.eval.output import OutOption, eval_bars, find_report, keep
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def again(
    report: Annotated[str, typer.Argument(help="Report file, or its name in the workspace.")],
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a report's measurement again: it gives the same figures, or what differs is named.

    Example: vade eval again before.report
    """
    from vademecum import measure
    from vademecum.evaluate.compare import manifest_changes
    from vademecum.evaluate.files import load_report

    with open_workspace(workspace) as opened:
        old = load_report(find_report(report, opened.folder))
        with eval_bars("measuring") as (_, on_progress):
            new = measure.again(opened, old, on_progress=on_progress)
        keep(new, opened.folder, out=out, as_json=as_json)
        if as_json:
            return
        before = {record.id: record.scores for record in old.records}
        moved = [record.text for record in new.records if before.get(record.id) != record.scores]
        if new.records:
            typer.echo(f"{len(new.records) - len(moved)} of {len(new.records)} questions scored the same")
        else:
            same = "the same" if new.scores == old.scores else "not all the same"
            typer.echo(f"the figures are {same} as in the report before")
        for text in moved[:10]:
            typer.echo(f"  differs: {text}")
        for name, (was, now) in manifest_changes(old.manifest, new.manifest).items():
            typer.echo(f"  changed: {name}: {was} -> {now}")
