"""Which version of every table is the workspace: one small file, replaced atomically.

A change is written to the tables first and becomes visible, all at once, when `CURRENT` is
replaced. A process that dies in between leaves versions nobody refers to; the next writer drops
them. Readers open the versions the file names, so they never see half a change.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from vademecum.errors import WorkspaceError

FORMAT = 2
"""Layout of the store; a workspace with a higher number was made by a newer version."""

_FILE_NAME = "CURRENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A consistent state of the store.

    Attributes:
        generation: Counts the commits, from 0.
        tables: Version of each table by name.
        space: Embedding space that dense search uses; empty before the first vectors.
        chunker: Name and version of what cut the chunks.
        format: Layout of the store.
    """

    generation: int = 0
    tables: Mapping[str, int] = field(default_factory=dict)
    space: str = ""
    chunker: str = ""
    format: int = FORMAT


def read_snapshot(folder: Path) -> Snapshot:
    """Return the current state of the store in `folder`.

    Raises:
        WorkspaceError: There is no store, it is of a newer version, or the file is damaged.
    """
    path = folder / _FILE_NAME
    try:
        fields = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise WorkspaceError(
            f"{folder.parent} is not a workspace. Run `vade init {folder.parent}`."
        ) from error
    except (OSError, ValueError) as error:
        raise WorkspaceError(f"{path} cannot be read: {error}. Restore it with `vade import`.") from error
    found = fields.get("format") if isinstance(fields, dict) else None
    if not isinstance(found, int):
        raise WorkspaceError(f"{path} is damaged: it names no format. Restore it with `vade import`.")
    if found > FORMAT:
        raise WorkspaceError(
            f"{folder.parent} has store format {found}; this version reads up to {FORMAT}. "
            f"Run `pip install --upgrade vademecum`."
        )
    return Snapshot(**fields)


def write_snapshot(folder: Path, snapshot: Snapshot) -> None:
    """Make `snapshot` the current state: written aside, flushed to disk, then renamed."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=_FILE_NAME)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            json.dump(asdict(snapshot), stream)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(folder / _FILE_NAME)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
