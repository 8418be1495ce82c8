"""`vade import`: a workspace from one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def import_(
    file: Annotated[Path, typer.Argument(help="File that `vade export` wrote.")],
    folder: Annotated[Path, typer.Argument(help="New folder to make the workspace in.")],
) -> None:
    """Make a workspace from an exported file.

    Example: vade import notes.vade notes-copy
    """
    from vademecum.workspace import import_workspace

    with import_workspace(file, folder) as workspace:
        typer.echo(f"{workspace.folder} holds {workspace.status()['documents']} documents.")
