"""`vade keys`: who may call the server."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

app = typer.Typer(no_args_is_help=True)


@app.command("add")
def add_key(
    user: Annotated[str, typer.Argument(help="Who will call with it.")],
    role: Annotated[
        str, typer.Option(help="reader asks; editor adds documents too; owner does everything.")
    ] = "reader",
    group: Annotated[list[str] | None, typer.Option(help="What the user belongs to.")] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Make a key and print it, this once. Example: vade keys add ana --role reader --group sales"""
    with open_workspace(workspace) as opened:
        state = opened.state()
        secret = state.keys.add(user, role=role, groups=group or ())
        state.audit.add("add key", user, user="")
    typer.echo(secret)


@app.command("list")
def list_keys(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List keys; the secrets themselves are not kept. Example: vade keys list"""
    from vademecum.cli.output import print_json, print_table

    with open_workspace(workspace) as opened:
        found = opened.state().keys.list()
    if as_json:
        print_json([key.to_dict() for key in found])
        return
    if not found:
        typer.echo("There are no keys: the server is open to this machine.")
        return
    print_table(
        [
            {
                "key": key.number,
                "user": key.user,
                "role": key.role,
                "groups": ", ".join(key.groups),
                "begins": key.begins,
                "made": key.created_at[:10],
                "state": "revoked" if key.revoked else "",
            }
            for key in found
        ]
    )


@app.command("revoke")
def revoke_key(
    number: Annotated[int, typer.Argument(help="Number of the key; `vade keys list` shows it.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Make a key open nothing any more. Example: vade keys revoke 2"""
    with open_workspace(workspace) as opened:
        state = opened.state()
        state.keys.delete(number)
        state.audit.add("revoke key", str(number), user="")
