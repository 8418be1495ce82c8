"""`vade feedback`: what people think of answers."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

app = typer.Typer(no_args_is_help=True)


@app.command("add")
def add_feedback(
    name: Annotated[str, typer.Argument(help="Id of the answer's trace, or its beginning.")],
    rating: Annotated[int, typer.Option(min=-1, max=1, help="1 good, -1 bad, 0 neither.")] = 0,
    comment: Annotated[str, typer.Option(help="In words.")] = "",
    correction: Annotated[str, typer.Option(help="What the answer should have been.")] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Rate an answer. Example: vade feedback add 1f2e --rating -1 --correction "20 days" """
    from vademecum.values.conversation import Feedback

    with open_workspace(workspace) as opened:
        found = opened.state().traces.get(name).trace.id
        opened.state().feedback.add(
            Feedback(trace_id=found, rating=rating, comment=comment, correction=correction)
        )
    typer.echo(f"Kept with trace {found}.")


@app.command("list")
def list_feedback(
    limit: Annotated[int, typer.Option(min=1, help="At most this many, the latest first.")] = 20,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what people think, with what they asked. Example: vade feedback list"""
    from vademecum.cli.output import print_json

    with open_workspace(workspace) as opened:
        state = opened.state()
        found = [(one, state.traces.get(one.trace_id)) for one in state.feedback.list(limit=limit)]
    if as_json:
        print_json([one.to_dict() | {"asked": record.asked} for one, record in found])
        return
    for one, record in found:
        typer.echo(f"{one.created_at[:19]}  {one.rating:+d}  {one.user}  {record.asked}")
        if record.answer is not None:
            typer.echo(f"  answered: {record.answer.text}")
        for name, words in (("comment", one.comment), ("correction", one.correction)):
            if words:
                typer.echo(f"  {name}: {words}")
    if not found:
        typer.echo("Nobody has said anything yet.")
