"""Options that several commands share, and how they find and open the workspace."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vademecum.errors import WorkspaceError

if TYPE_CHECKING:
    from vademecum.workspace import Workspace

WorkspaceOption = Annotated[
    Path | None,
    typer.Option(
        "--workspace", "-w", envvar="VADE_WORKSPACE", help="Workspace folder; else this folder or one above."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
WhereOption = Annotated[
    list[str] | None,
    typer.Option("--where", help="Condition on documents, such as 'author = Ana' or 'document ~ *.pdf'."),
]

ReadersOption = Annotated[
    list[str] | None,
    typer.Option(
        "--for",
        help="Who may read: everyone, nobody (but the owners), group:NAME or user:NAME; may be repeated.",
    ),
]


def find_workspace(given: Path | None) -> Path:
    """Return the workspace's folder: the one given, else the current one or the nearest above.

    Raises:
        WorkspaceError: There is none.
    """
    start = (given or Path.cwd()).expanduser().absolute()
    for folder in [start] if given else [start, *start.parents]:
        if (folder / ".vade").is_dir():
            return folder
    raise WorkspaceError(f"{start} is not a workspace. Run `vade init {start}` or name one with --workspace.")


def workspace_or_none(given: Path | None) -> Path | None:
    """Return the workspace's folder; None where a command runs outside of any and names none."""
    try:
        return find_workspace(given)
    except WorkspaceError:
        if given is not None:
            raise
        return None


def open_workspace(given: Path | None, *, config: Mapping[str, Any] | None = None) -> Workspace:
    """Open the workspace a command works on, showing a bar while weights are pulled."""
    import vademecum
    from vademecum.cli.progress import pull_bar

    return vademecum.open(find_workspace(given), config=config, on_pull=pull_bar())
