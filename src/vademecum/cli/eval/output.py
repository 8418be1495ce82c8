"""How reports look in a terminal, and where they are kept."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vademecum.cli.output import print_json
from vademecum.errors import InputError

if TYPE_CHECKING:
    from vademecum.evaluate.suite import Verdict
    from vademecum.ingest.run import OnProgress as OnIngest
    from vademecum.measure.collection import OnItem
    from vademecum.values import Progress as IngestProgress
    from vademecum.values import Report, Score

OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", help="Report file to write; else one in the workspace's reports/."),
]
LimitOption = Annotated[int, typer.Option("--limit", min=0, help="At most this many questions; 0 takes all.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Draws the questions.")]


_NAMED = 5  # reports that an error names


def keep(report: Report, workspace: Path, *, out: Path | None, as_json: bool) -> None:
    """Write a report with its page, and print it."""
    from vademecum.evaluate.files import save_report

    path = (
        save_report(report, out.absolute().parent, name=out.name.removesuffix(".report"))
        if out
        else save_report(report, workspace / "reports")
    )
    if as_json:
        print_json({**report.to_dict(), "path": str(path)})
        return
    typer.echo(f"{report.kind}: {report.name}")
    print_scores(report.scores)
    for note in report.notes:
        typer.echo(note)
    typer.echo(f"{path}\n{path.with_suffix('.html')}")


def print_scores(scores: Sequence[Score]) -> None:
    """Print metrics with intervals and what could not be scored."""
    from vademecum.evaluate.page import format_score

    for score in scores:
        failed = f", {score.failed} could not be scored" if score.failed else ""
        note = f"  ({score.note})" if score.note else ""
        typer.echo(f"  {score.metric:<22} {format_score(score):<28} {score.count} items{failed}{note}")


def print_verdicts(verdicts: Sequence[Verdict]) -> None:
    """Print which thresholds hold."""
    for verdict in verdicts:
        word = "pass" if verdict.passed else "FAIL"
        colour = None if "NO_COLOR" in os.environ else ("green" if verdict.passed else "red")
        typer.secho(f"{word}  ", fg=colour, nl=False)
        typer.echo(str(verdict))


@contextmanager
def eval_bars(label: str) -> Iterator[tuple[OnIngest, OnItem]]:
    """Show two bars on stderr, passages indexed and questions asked, and yield what moves them."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, no_color="NO_COLOR" in os.environ)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        indexing = bars.add_task("indexing", total=None, visible=False)
        asking = bars.add_task(label, total=None)

        def on_ingest(progress: IngestProgress) -> None:
            bars.update(indexing, completed=progress.chunks_done, total=progress.chunks_total, visible=True)

        def on_item(done: int, total: int) -> None:
            bars.update(indexing, visible=False)
            bars.update(asking, completed=done, total=total)

        yield on_ingest, on_item


def find_report(name: str, workspace: Path | None) -> Path:
    """Return the report a person names by path, or by name in the workspace's reports.

    Raises:
        InputError: There is none; those of the workspace are named, the nearest first.
    """
    path = Path(name)
    if path.is_file():
        return path
    known = {one.stem: one for one in workspace.glob("reports/*.report")} if workspace else {}
    wanted = path.name.removesuffix(".report")
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, known, n=1)
    others = [*near, *(one for one in sorted(known, reverse=True) if one not in near)]
    hint = f"{workspace} has {', '.join(others[:_NAMED])}" if others else "`vade eval` makes one"
    raise InputError(f"There is no report '{name}': {hint}{' ...' if len(others) > _NAMED else ''}.")
