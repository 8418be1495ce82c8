"""`vade config`: what every setting is and where it comes from."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, workspace_or_none

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _config() -> None:
    """Settings of the workspace."""


@app.command("show")
def show(
    resolved: Annotated[bool, typer.Option("--resolved", help="Every key, defaults included.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show settings with their origin: those that were set, or with --resolved all of them.

    Example: vade config show --resolved
    """
    from vademecum.cli.output import print_json
    from vademecum.config import load_config

    folder = workspace_or_none(workspace)
    keys = [key for key in load_config(folder).values() if resolved or key.origin != "default"]
    if as_json:
        print_json({key.name: {"value": key.value, "origin": key.origin, "help": key.help} for key in keys})
        return
    for key in keys:
        typer.echo(f"{key.name:<24} = {key.value!s:<18} {key.origin:<12} {key.help}")
    if not keys:
        typer.echo("Nothing is set; --resolved shows the defaults.")
