"""`vade users` and `vade audit`: what is kept of people, and what was done with rights."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

app = typer.Typer(no_args_is_help=True, help="What is kept of people.")


@app.command("forget")
def forget_user(
    user: Annotated[str, typer.Argument(help="Who is forgotten.")],
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove everything of a person: documents, talks, traces, feedback, memory, keys.

    Files of theirs that lie elsewhere than in the uploads stay there, and are not read any more.

    Example: vade users forget ana
    """
    from vademecum.cli.output import print_json
    from vademecum.sharing import forget_user as forget

    with open_workspace(workspace) as opened:
        removed = forget(opened, user)
        opened.state().audit.add("forget user", "", user="")
    if as_json:
        print_json(removed)
        return
    typer.echo(", ".join(f"{count} {name}" for name, count in removed.items()) + " removed")


def audit(
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the latest first.")] = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was done with rights and documents over the server. Example: vade audit"""
    from vademecum.cli.output import print_json

    with open_workspace(workspace) as opened:
        found = opened.state().audit.list(limit=limit)
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(f"{one['at'][:19]}  {one['user'] or '(this machine)'}  {one['action']}  {one['target']}")
