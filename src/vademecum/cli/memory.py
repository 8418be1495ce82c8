"""`vade memory`: what people said of themselves."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

app = typer.Typer(no_args_is_help=True)
UserOption = Annotated[str, typer.Option(help="Whose; without a name, of who uses this machine.")]


@app.command("list")
def list_facts(user: UserOption = "", workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List what is remembered of a user. Example: vade memory list --user ana"""
    from vademecum.cli.output import print_json

    with open_workspace(workspace) as opened:
        facts = opened.state().memory.list(user=user)
    if as_json:
        print_json([fact.to_dict() for fact in facts])
        return
    for fact in facts:
        typer.echo(f"{fact.id[:12]}  {fact.created_at[:10]}  {fact.text}")
    if not facts:
        typer.echo("Nothing is remembered.")


@app.command("add")
def add_fact(
    text: Annotated[str, typer.Argument(help='Such as "I work in the Lyon office."')],
    user: UserOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Remember something of a user. Example: vade memory add "I work in the Lyon office." """
    with open_workspace(workspace) as opened:
        opened.state().memory.add(user=user, text=text)


@app.command("forget")
def forget_fact(
    name: Annotated[str, typer.Argument(help="Id of the fact, or its beginning.")],
    user: UserOption = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Forget something. Example: vade memory forget 1f2e"""
    with open_workspace(workspace) as opened:
        opened.state().memory.delete(name, user=user)


@app.command("prefer")
def prefer(
    name: Annotated[str, typer.Argument(help="length, tone or language; without it, all are shown.")] = "",
    value: Annotated[str, typer.Argument(help="Such as short, friendly, German; empty takes it back.")] = "",
    user: UserOption = "",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say how a user is answered, or show it. Example: vade memory prefer length short"""
    from vademecum.assistants.wishes import checked_preference, told_preferences
    from vademecum.cli.output import print_json

    with open_workspace(workspace) as opened:
        memory = opened.state().memory
        if name:
            memory.prefer(user, name, checked_preference(name, value))
        kept = dict(memory.preferences(user))
        if as_json:
            print_json(kept)
        else:
            typer.echo(told_preferences(kept, writes=opened.config.answer.writes))
