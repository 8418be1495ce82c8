"""`vade traces`: what happened during questions."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

app = typer.Typer(no_args_is_help=True, help="What happened during questions, step by step.")
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
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how an answer came about. Example: vade traces show 1f2e"""
    from vademecum.cli.output import print_evidence, print_json

    with open_workspace(workspace) as opened:
        found = opened.state().traces.get(name)
        opinions = opened.state().feedback.list(trace_id=found.trace.id)
    if as_json:
        print_json(found.to_dict() | {"feedback": [one.to_dict() for one in opinions]})
        return
    typer.echo(f"{found.trace.began_at}  {found.kind}  {found.user}\n{found.asked}")
    for step in found.trace.steps:
        typer.echo(f"  {step.name:<12}{step.ms:8.1f} ms  {dict(step.detail)}")
    if found.error:
        typer.echo(f"  failed: {found.error}")
    if found.answer is not None:
        typer.echo(found.answer.text)
        print_evidence(found.answer)
    for one in opinions:
        typer.echo(f"  {one.user} rated {one.rating:+d} {one.comment} {one.correction}".rstrip())
