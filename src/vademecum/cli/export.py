"""`vade export`: the whole workspace as one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.options import WorkspaceOption, open_workspace


def export(
    file: Annotated[Path, typer.Argument(help="File to write.")], workspace: WorkspaceOption = None
) -> None:
    """Write documents, index and settings to one file that `vade import` reads.

    Example: vade export notes.vade
    """
    with open_workspace(workspace) as opened:
        typer.echo(f"Wrote {opened.export(file)}.")
