"""`vade traces`: what happened during questions."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

app = typer.Typer(no_args_is_help=True)
_SHOWN_CHARS = 60
_SHOWN_ID = 12


@app.command("list")
def list_traces(
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the latest first.")] = 20,
    user: Annotated[str | None, typer.Option(help="Only those of one user.")] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the latest questions. Example: vade traces list --limit 5"""
    from vademecum.cli.output import print_json, print_table

    with open_workspace(workspace) as opened:
        found = opened.state().traces.list(user=user, limit=limit)
    if as_json:
        print_json([one.to_dict() for one in found])
        return
    if not found:
        typer.echo("Nothing was asked yet.")
        return
    print_table(
        [
            {
                "id": one.trace.id[:_SHOWN_ID],
                "at": one.trace.began_at[:19],
                "ms": f"{one.trace.ms:.0f}",
                "user": one.user,
                "outcome": one.error or (f"{one.answer.confidence:.2f}" if one.answer else one.kind),
                "asked": " ".join(one.asked.split())[:_SHOWN_CHARS],
            }
            for one in found
        ]
    )


@app.command("show")
def show_trace(
    name: Annotated[str, typer.Argument(help="Id of the trace, or its beginning.")],
    details: Annotated[bool, typer.Option("--details", help="The figures of each step too.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how an answer came about. Example: vade traces show 1f2e --details"""
    from vademecum.cli.output import print_evidence, print_json
    from vademecum.cli.waterfall import print_steps

    with open_workspace(workspace) as opened:
        found = opened.state().traces.get(name)
        opinions = opened.state().feedback.list(trace_id=found.trace.id)
    if as_json:
        print_json(found.to_dict() | {"feedback": [one.to_dict() for one in opinions]})
        return
    began = found.trace.began_at[:19]
    typer.echo(f"{found.trace.id}  {began}  {found.kind}  {found.trace.ms:.0f} ms  {found.user}".rstrip())
    typer.echo(found.asked)
    print_steps(found.trace, details=details)
    if found.error:
        typer.echo(f"  failed: {found.error}")
    if found.answer is not None:
        typer.echo(found.answer.text)
        print_evidence(found.answer)
    for one in opinions:
        typer.echo(f"  {one.user} rated {one.rating:+d} {one.comment} {one.correction}".rstrip())


@app.command("delete")
def delete_traces(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of traces, or their beginnings.")
    ] = None,
    older_than_days: Annotated[
        float | None,
        typer.Option("--older-than-days", min=0, max=36_500, help="All that began longer ago; 0: all."),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Remove traces with what was thought of them; conversations stay.

    Examples: vade traces delete 1f2e; vade traces delete --older-than-days 30
    """
    from vademecum.errors import InputError

    if (older_than_days is None) == (not names):
        raise InputError("say which traces: their ids, or --older-than-days N.")
    with open_workspace(workspace) as opened:
        traces = opened.state().traces
        removed = traces.delete(names) if names else traces.delete_older(older_than_days or 0)
    typer.echo(f"Removed {removed}.")
