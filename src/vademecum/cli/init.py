"""`vade init`: make a workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(folder: Annotated[Path, typer.Argument(help="Folder to make a workspace of.")] = Path()) -> None:
    """Make a workspace; an existing one is left as it is.

    Example: vade init notes
    """
    import vademecum

    with vademecum.open(folder) as workspace:
        typer.echo(f"{workspace.folder} is a workspace. Next: vade ingest FOLDER")
