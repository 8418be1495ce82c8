"""`vade eval rate`: people rate answers, or compare two without knowing whose they are."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from vademecum.cli.eval.output import find_report, print_scores
from vademecum.cli.options import WorkspaceOption, workspace_or_none
from vademecum.errors import InputError

if TYPE_CHECKING:
    from vademecum.values import Record


def rate(
    report: Annotated[str, typer.Argument(help="Report of answers, or its name in the workspace.")],
    against: Annotated[
        str | None, typer.Option("--against", help="A second report: choose the better answer, blind.")
    ] = None,
    rater: Annotated[str, typer.Option("--rater", help="Your name; yours by the system when left out.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most this many answers; 0 for all.")] = 0,
    workspace: WorkspaceOption = None,
) -> None:
    """Rate a report's answers from 1 to 5; what was rated is kept, and agreement goes into the report.

    Example: vade eval rate answers-squad-20261123120000
    """
    from vademecum.evaluate.files import load_report, save_report
    from vademecum.evaluate.ratings import (
        Rating,
        add_rating,
        ratings_path,
        read_ratings,
        unrated,
        with_ratings,
    )

    folder = workspace_or_none(workspace)
    path = find_report(report, folder)
    rated = load_report(path)
    if rated.kind != "answers":
        raise InputError(f"{path} is a report of {rated.kind}; only answers can be rated.")
    other = load_report(find_report(against, folder)) if against else None
    theirs = {record.id: record for record in other.records} if other else {}
    name = rater or getpass.getuser()
    notes = ratings_path(path)
    left = unrated(rated, read_ratings(notes), rater=name, against=against or "")
    left = [
        record for record in left if not other or "answer" in getattr(theirs.get(record.id), "detail", {})
    ]
    try:
        for number, record in enumerate(left[: limit or None], 1):
            typer.echo(f"\n{number} of {len(left[: limit or None])}: {record.text}")
            value = _choose(record, theirs[record.id], name) if other else _mark(record)
            if value is None:
                break
            add_rating(notes, Rating(id=record.id, rater=name, value=value, against=against or ""))
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("\nstopped; what was rated is kept", err=True)
    done = with_ratings(rated, read_ratings(notes))
    save_report(done, path.absolute().parent, name=path.name.removesuffix(".report"))
    print_scores([one for one in done.scores if one.metric.startswith("rated")])


def _mark(record: Record) -> int | None:
    """Show an answer and return its mark; None to stop."""
    _show(record, "")
    return _ask("1 wrong or useless ... 5 right and complete, q to stop", {str(n): n for n in range(1, 6)})


def _choose(first: Record, second: Record, rater: str) -> int | None:
    """Show two answers in an order drawn for this rater and question, and return which is better."""
    from vademecum.evaluate.ratings import AFTER, BEFORE, TIE, swapped

    turned = swapped(first, rater=rater)
    for label, record in zip("AB", (second, first) if turned else (first, second), strict=True):
        _show(record, label)
    sides = (AFTER, BEFORE) if turned else (BEFORE, AFTER)
    return _ask("which is better: a, b, or t for a tie; q to stop", {"a": sides[0], "b": sides[1], "t": TIE})


def _show(record: Record, label: str) -> None:
    typer.echo(f"  {label}{': ' if label else ''}{record.detail['answer']}")
    for number, quote in enumerate(record.detail.get("quotes", ()), 1):
        typer.echo(f'     [{number}] "{" ".join(quote.split())}"')


def _ask(prompt: str, values: dict[str, int]) -> int | None:
    while True:
        said = typer.prompt(f"  {prompt}", prompt_suffix=" > ").strip().lower()
        if said == "q":
            return None
        if said in values:
            return values[said]
