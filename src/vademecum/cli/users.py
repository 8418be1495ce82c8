"""`vade users` and `vade audit`: what is kept of people, and what was done with rights."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

app = typer.Typer(no_args_is_help=True)


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


def _of_model(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of the models' own log like those of rights and documents."""
    forced = " by force" if line["forced"] else ""
    target = " ".join(
        part for part in (line["id"] or f"the catalog's {line['kind']}", line["reason"]) if part
    )
    return {"at": line["time"], "user": "", "action": f"{line['action']} model{forced}", "target": target}


def audit(
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the latest first.")] = 50,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what was done with rights, documents over the server, and models. Example: vade audit"""
    from vademecum.cli.output import print_json

    with open_workspace(workspace) as opened:
        models = [_of_model(line) for line in opened.models.audit()]
        found = [*opened.state().audit.list(limit=limit), *models]
    found = sorted(found, key=lambda one: str(one["at"]), reverse=True)[:limit]
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(f"{one['at'][:19]}  {one['user'] or '(this machine)'}  {one['action']}  {one['target']}")
