"""A whole store as one file, and back.

The file is a zip of Arrow tables at one snapshot with its `vade.toml`; it does not depend on the
on-disk layout, so a workspace can move between machines and versions.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import IO

import pyarrow as pa

from vademecum.config import FILE_NAME
from vademecum.errors import WorkspaceError
from vademecum.stores.snapshot import FORMAT, Snapshot
from vademecum.stores.store import FOLDER_NAME, Store

_SNAPSHOT = "snapshot.json"
_BATCH_ROWS = 10_000


def save_archive(store: Store, path: Path) -> None:
    """Write the store's snapshot to `path`, whole or not at all.

    Raises:
        WorkspaceError: The file cannot be written.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be written: {error}.") from error
    try:
        with (
            os.fdopen(descriptor, "wb") as stream,
            zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            archive.writestr(_SNAPSHOT, json.dumps(asdict(store.snapshot)))
            settings = store.folder.parent / FILE_NAME
            if settings.exists():
                archive.write(settings, FILE_NAME)
            for table in store.snapshot.tables:
                with archive.open(f"{table}.arrow", "w", force_zip64=True) as target:
                    _write_table(store, table, target)
        Path(name).replace(path)
    except OSError as error:
        raise WorkspaceError(
            f"{path} cannot be written: {error}. Free some space and run it again."
        ) from error
    finally:
        Path(name).unlink(missing_ok=True)


def load_archive(path: Path, folder: Path) -> None:
    """Make a workspace in `folder` from a file that `save_archive` wrote.

    Raises:
        WorkspaceError: The file is not such an archive or of a newer version, or `folder` already
            is a workspace.
    """
    if (folder / FOLDER_NAME / "CURRENT").exists():
        raise WorkspaceError(f"{folder} already is a workspace. Import into a new folder.")
    try:
        with zipfile.ZipFile(path) as archive:
            snapshot = _read_snapshot(archive, path)
            store = Store.create(folder / FOLDER_NAME)
            if FILE_NAME in archive.namelist():
                (folder / FILE_NAME).write_bytes(archive.read(FILE_NAME))
            for table in snapshot.tables:
                with archive.open(f"{table}.arrow") as source, pa.ipc.open_stream(source) as batches:
                    for batch in batches:
                        store.add(table, pa.Table.from_batches([batch]))
            store.commit(space=snapshot.space, chunker=snapshot.chunker)
    except (OSError, zipfile.BadZipFile, pa.ArrowInvalid, KeyError) as error:
        raise WorkspaceError(f"{path} cannot be imported: {error}.") from error


def _write_table(store: Store, name: str, target: IO[bytes]) -> None:
    table = store.table(name)
    assert table is not None
    rows = store.scan(name, table.schema.names)
    with pa.ipc.new_stream(target, rows.schema) as writer:
        writer.write_table(rows, max_chunksize=_BATCH_ROWS)


def _read_snapshot(archive: zipfile.ZipFile, path: Path) -> Snapshot:
    fields = json.loads(archive.read(_SNAPSHOT))
    if fields["format"] > FORMAT:
        raise WorkspaceError(
            f"{path} has store format {fields['format']}; this version reads up to {FORMAT}. "
            f"Run `pip install --upgrade vademecum`."
        )
    return Snapshot(**fields)
