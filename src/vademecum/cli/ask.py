"""`vade ask`: answer a question from the documents."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from vademecum.cli.options import JsonOption, WhereOption, WorkspaceOption, open_workspace


def ask(
    question: Annotated[str, typer.Argument(help="A question about your documents.")],
    engine: Annotated[str, typer.Option(help="'embedded' or the URL of an OpenAI-compatible server.")] = "",
    model: Annotated[str, typer.Option(help="Model name to ask that server for.")] = "",
    writer: Annotated[str, typer.Option(help="'extract' quotes only, 'chat' lets the model write.")] = "",
    where: WhereOption = None,
    trace: Annotated[bool, typer.Option("--trace", help="Show the steps with their times.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer with verbatim quotes and their places, or say that the documents do not tell.

    Examples: vade ask "How long is the refund period?";
    vade ask "Who signs?" --engine http://127.0.0.1:11434/v1 --model llama3
    """
    from vademecum.cli.output import print_evidence, print_json
    from vademecum.cli.waterfall import print_steps

    given = {"answer.engine": engine, "answer.model": model, "answer.writer": writer}
    config: dict[str, Any] = {name: value for name, value in given.items() if value}
    with open_workspace(workspace, config=config) as opened:
        with opened.recorded(kind="ask", asked=question) as call:
            show = None if as_json else lambda text: typer.echo(text, nl=False)
            answer = opened.ask(question, where=where, on_text=show, recorder=call.recorder)
            call.answer = answer
        if as_json:
            print_json(answer.to_dict())
            return
        typer.echo()
        print_evidence(answer)
        for step in answer.trace.steps:
            if "error" in step.detail:
                typer.echo(f"note: {step.detail['error']} The answer is the evidence itself.", err=True)
        if trace:
            print_steps(answer.trace, details=True, err=True)
