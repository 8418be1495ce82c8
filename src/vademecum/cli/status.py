"""`vade status`: what the workspace holds."""

from __future__ import annotations

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def status(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show counts, models, size and what could not be read.

    Example: vade status --json
    """
    from vademecum.cli.output import print_json

    with open_workspace(workspace) as opened:
        found = opened.status()
    if as_json:
        print_json(found)
        return
    failed = found.pop("failed")
    for name, value in found.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        typer.echo(f"{name:<12}{shown}")
    for place in failed:
        typer.echo(f"failed      {place['path']}: {place['reason']}")
