"""`vade doctor`: is everything in order?"""

from __future__ import annotations

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, find_workspace
from vademecum.errors import WorkspaceError


def doctor(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Check the machine, the weights and the workspace; exit 1 when something is wrong.

    Example: vade doctor
    """
    from vademecum.cli.output import print_json
    from vademecum.health import check_health

    try:
        folder = find_workspace(workspace)
    except WorkspaceError:
        if workspace is not None:
            raise
        folder = None
    checks = check_health(folder)
    if as_json:
        print_json([check.to_dict() for check in checks])
    else:
        for check in checks:
            typer.echo(f"{'ok ' if check.ok else 'BAD'}  {check.name:<12}{check.found}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)
