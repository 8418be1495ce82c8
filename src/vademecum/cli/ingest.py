"""`vade ingest`: read files and folders into the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def ingest(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Files and folders; none: all ingested before.")
    ] = None,
    id_field: Annotated[str, typer.Option(help="JSONL or CSV rows: column of their ids.")] = "",
    title_field: Annotated[str, typer.Option(help="JSONL or CSV rows: column of their titles.")] = "",
    text_field: Annotated[str, typer.Option(help="JSONL or CSV rows: column of their texts.")] = "",
    watch: Annotated[bool, typer.Option("--watch", help="Stay and follow changes until Ctrl-C.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read new and changed files, forget removed ones, and index what they hold.

    Examples: vade ingest ~/Documents; vade ingest rows.jsonl --id-field _id --text-field text
    """
    from vademecum.cli.output import print_json, print_summary
    from vademecum.cli.progress import ingest_bars

    with open_workspace(workspace) as opened:
        roots = paths or [Path(root) for root in opened.roots()]

        def once() -> None:
            with ingest_bars() as show:
                summary = opened.ingest(
                    *roots,
                    id_field=id_field,
                    title_field=title_field,
                    text_field=text_field,
                    on_progress=show,
                )
            if as_json:
                print_json(summary.to_dict())
            else:
                print_summary(summary)

        once()
        if watch:
            from watchfiles import watch as changes

            typer.echo("Watching for changes; Ctrl-C ends.", err=True)
            for _ in changes(*roots, raise_interrupt=True):
                once()
