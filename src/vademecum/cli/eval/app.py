"""`vade eval` and its commands; by itself it asks the workspace's own questions."""

from __future__ import annotations

import typer

from vademecum.cli.eval import again, answers, compare, embeddings, gate, make, plan, rate, retrieval, score
from vademecum.cli.options import WorkspaceOption, open_workspace

app = typer.Typer(invoke_without_command=True)
app.command("make")(make.make)
app.command("retrieval")(retrieval.retrieval)
app.command("answers")(answers.answers)
app.command("embeddings")(embeddings.embeddings)
app.command("compare")(compare.compare)
app.command("plan")(plan.plan)
app.command("gate")(gate.gate)
app.command("again")(again.again)
app.command("rate")(rate.rate)
app.command("score")(score.score)


@app.callback()
def _eval(context: typer.Context, workspace: WorkspaceOption = None) -> None:
    """Ask the workspace's own questions, or offer to make some."""
    if context.invoked_subcommand is not None:
        return
    with open_workspace(workspace) as opened:
        known = opened.questions_path.exists()
        reports = sorted((opened.folder / "reports").glob("*.report"))
    for path in reports:
        typer.echo(f"report {path}", err=True)
    if not known:
        typer.echo(f"There are no questions in {opened.questions_path} yet.", err=True)
        if not typer.confirm("Make 100 from the documents?", default=True, err=True):
            raise typer.Exit(1)
        make.make(
            questions=100, kind=None, seed=0, yes=True, review=False, workspace=workspace, as_json=False
        )
    answers.answers(data=None, metric=None, limit=0, seed=0, out=None, workspace=workspace, as_json=False)
