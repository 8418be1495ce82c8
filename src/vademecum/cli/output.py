"""How results look in a terminal: places, hits, answers, summaries."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from vademecum.values import Answer, Citation, Hit, IngestSummary, Location

_PREVIEW_CHARS = 240
_MOST_FAILURES = 20
_SHOWN_ID = 12
"""Characters of a trace's id: enough to name it, such as in `vade feedback add`."""


def print_json(value: Any) -> None:
    """Print a value as JSON on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def place(document: str, location: Location | None = None) -> str:
    """Return where something stands, as short as it is clear: `handbook.pdf, page 3`."""
    name = document
    if os.sep in document:
        relative = os.path.relpath(document)
        name = Path(document).name if relative.startswith("..") else relative
    return ", ".join(part for part in (name, location.label() if location else "") if part)


def print_hits(hits: Sequence[Hit]) -> None:
    """Print hits with score, place and the beginning of their text."""
    for number, hit in enumerate(hits, start=1):
        _styled(f"{number}. {place(hit.document, hit.location)}", bold=True, after=f"  score {hit.score:.3f}")
        preview = " ".join(hit.text.split())
        typer.echo(f"   {preview[:_PREVIEW_CHARS]}{'...' if len(preview) > _PREVIEW_CHARS else ''}")
        for other in hit.also_at:
            typer.echo(f"   also in {place(other)}")
    if not hits:
        typer.echo("Nothing found.")


def print_evidence(answer: Answer) -> None:
    """Print the short answer and the citations, or the nearest passages when there is no answer."""
    if answer.short:
        _styled(f"  {_line(answer.short)}", bold=True, after="")
    for other in answer.disputed:
        typer.echo(f"  Another passage says: {_line(other)}")
    for citation in answer.citations:
        where = place(citation.document, citation.location)
        typer.echo(f'  [{citation.mark}] {where}: "{_quote(citation)}"')
    if answer.nearest:
        typer.echo("  The nearest passages, which may not answer it:")
    for hit in answer.nearest:
        preview = " ".join(hit.text.split())
        typer.echo(f"  - {place(hit.document, hit.location)}: {preview[:_PREVIEW_CHARS]}")
    name = f", trace {answer.trace.id[:_SHOWN_ID]}" if answer.trace.id else ""
    typer.echo(f"  confidence {answer.confidence:.2f}{name}")


def _quote(citation: Citation) -> str:
    """Return a quote on one line, the words that answer in bold."""
    if citation.answer is None or "NO_COLOR" in os.environ:
        return _line(citation.quote)
    start, end = citation.answer[0] - citation.start, citation.answer[1] - citation.start
    return _line(
        citation.quote[:start] + typer.style(citation.quote[start:end], bold=True) + citation.quote[end:]
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def print_summary(summary: IngestSummary) -> None:
    """Print what an ingest did, failures by name and reason."""
    typer.echo(
        f"{summary.read} read, {summary.unchanged} unchanged, {summary.removed} removed, "
        f"{len(summary.failed)} failed; {summary.documents} documents and {summary.chunks} chunks added, "
        f"{summary.duplicates} duplicates, {summary.embedded} vectors, {summary.seconds:.1f} s"
    )
    for failure in summary.failed[:_MOST_FAILURES]:
        typer.echo(f"  failed: {failure.path}: {failure.reason}")
    if len(summary.failed) > _MOST_FAILURES:
        typer.echo(f"  ... and {len(summary.failed) - _MOST_FAILURES} more; `vade status` lists them all.")


def print_table(rows: Sequence[Mapping[str, object]]) -> None:
    """Print rows below their names, in columns; rows are one kind and at least one."""
    lines = [list(rows[0]), *([str(value) for value in row.values()] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip())


def _styled(text: str, *, bold: bool, after: str) -> None:
    typer.secho(text, bold=bold and "NO_COLOR" not in os.environ, nl=False)
    typer.echo(after)
