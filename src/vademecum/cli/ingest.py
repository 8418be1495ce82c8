"""`vade ingest`: read files and folders into the workspace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, ReadersOption, WorkspaceOption, open_workspace

_LOOK_MS = 500


def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; none: all ingested before.")
    ] = None,
    id_field: Annotated[str, typer.Option(help="JSONL or CSV rows: column of their ids.")] = "",
    title_field: Annotated[str, typer.Option(help="JSONL or CSV rows: column of their titles.")] = "",
    text_field: Annotated[str, typer.Option(help="JSONL or CSV rows: column of their texts.")] = "",
    readers: ReadersOption = None,
    owner: Annotated[str, typer.Option(help="User the documents belong to; they always may read them.")] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Stay and follow changes until Ctrl-C.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read new and changed files, forget removed ones, and index what they hold.

    Examples: vade ingest ~/Documents; vade ingest rows.jsonl --id-field _id --text-field text;
    vade ingest ~/Contracts --for group:law
    """
    from vademecum.cli.output import print_json, print_summary
    from vademecum.cli.progress import ingest_bars

    access = None
    if readers or owner:
        from vademecum.values import Access, parse_readers

        access = Access(owner=owner, readers=parse_readers(readers or ()))
    with open_workspace(workspace) as opened:
        roots = paths or [Path(root) for root in opened.roots()]

        def once() -> None:
            with ingest_bars() as show:
                summary = opened.ingest(
                    *roots,
                    id_field=id_field,
                    title_field=title_field,
                    text_field=text_field,
                    access=access,
                    on_progress=show,
                )
            if as_json:
                print_json(summary.to_dict())
            else:
                print_summary(summary)

        try:
            for _ in _changes(roots) if watch else (True,):
                once()
        except KeyboardInterrupt:
            typer.echo("Stopped. What was finished is kept; the same command continues from there.", err=True)
            raise typer.Exit(130) from None


def _changes(roots: list[Path]) -> Iterator[bool]:
    """Yield once the watching has begun, then after every change; ends with Ctrl-C.

    The watcher runs before the first ingest does, so that no change falls between the two.
    """
    from watchfiles import watch

    typer.echo("Watching for changes; Ctrl-C ends.", err=True)
    begun = False
    for changes in watch(*roots, raise_interrupt=True, yield_on_timeout=True, rust_timeout=_LOOK_MS):
        if changes or not begun:
            begun = True
            yield True
