"""`vade eval make`: questions from a person's own documents, reviewed in the terminal."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from vademecum.values import Question

_KEYS = "a accept, e edit the question, w edit the answer, d drop, q stop"


def make(
    questions: Annotated[int, typer.Option("--questions", "-n", min=1, help="How many to make.")] = 100,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this kind; may be given again.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another one makes others.")] = 0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Keep all; review later with --review.")] = False,
    review: Annotated[
        bool, typer.Option("--review", help="Make none; review those nobody has looked at.")
    ] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make questions from the documents, each with its evidence, and review them.

    They are kept in questions.jsonl in the workspace; what was reviewed before stays.

    Example: vade eval make --questions 100
    """
    from vademecum import measure
    from vademecum.cli.eval.output import eval_bars
    from vademecum.cli.output import print_json
    from vademecum.evaluate.data import read_questions, save_questions

    with open_workspace(workspace) as opened:
        path = opened.questions_path
        known = list(read_questions(path).questions) if path.exists() else []
        notes: tuple[str, ...] = ()
        if not review:
            with eval_bars("making") as (_, on_item):
                made = measure.make_questions(
                    opened, count=questions, kinds=kind, seed=seed, on_progress=on_item
                )
            notes = made.notes
            ids = {question.id for question in known}
            known += [question for question in made.questions if question.id not in ids]
            save_questions(known, path)
    if not (yes or as_json) and sys.stdin.isatty():
        _review(known, path)
    if as_json:
        print_json({"questions": [question.to_dict() for question in known], "notes": list(notes)})
        return
    counts = Counter(question.kind for question in known if question.status != "dropped")
    typer.echo(", ".join(f"{count} {name}" for name, count in counts.most_common()) or "no questions")
    for note in notes:
        typer.echo(note)
    typer.echo(str(path))


def _review(questions: list[Question], path: Path) -> None:
    """Show every question nobody has looked at; each verdict is kept at once."""
    from vademecum.evaluate.data import save_questions

    left = [row for row, question in enumerate(questions) if question.status == "made"]
    try:
        for number, row in enumerate(left, 1):
            typer.echo(f"\n{number} of {len(left)}  {questions[row].kind}")
            verdict = _verdict(questions[row])
            if verdict is None:
                return
            questions[row] = verdict
            save_questions(questions, path)
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("\nstopped; what was reviewed is kept", err=True)


def _verdict(question: Question) -> Question | None:
    """Show a question with its evidence and return it as reviewed; None to stop."""
    for asked, said in question.history:
        typer.echo(f"  earlier: {asked} -> {said}")
    typer.echo(f"  {question.text}")
    typer.echo(f"  answer: {'; '.join(question.answers) or 'the documents do not tell'}")
    for evidence in question.evidence:
        typer.echo(f'  {evidence.document}: "{" ".join(evidence.quote.split())}"')
    while True:
        said = typer.prompt(f"  {_KEYS}", prompt_suffix=" > ").strip().lower()
        if said == "a":
            return replace(question, status="accepted")
        if said == "d":
            return replace(question, status="dropped")
        if said == "e":
            text = typer.prompt("  question", default=question.text)
            return replace(question, text=text, name=question.id, status="edited")
        if said == "w":
            answer = typer.prompt("  answer, empty when there is none", default="", show_default=False)
            return replace(question, answers=(answer,) if answer else (), name=question.id, status="edited")
        if said == "q":
            return None
