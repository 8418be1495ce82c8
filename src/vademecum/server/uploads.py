"""Takes files in: a safe name, a whole write, then the ingest, one after the other.

Use: `save_upload(workspace.uploads(user), "a.pdf", stream)`, then `ingest_uploads(state, caller, paths)`.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from vademecum.errors import InputError, LimitError
from vademecum.server.caller import Caller
from vademecum.server.state import State
from vademecum.values import Access, IngestSummary, Progress

_MOST_NAME_BYTES = 150
_MOST_SUFFIX_BYTES = 16
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069\ud800-\udfff]')


def safe_name(given: str) -> str:
    r"""Return the last part of a file name without what a file system or a reader could be tricked by.

    Raises:
        InputError: Nothing is left of it.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    name = _UNSAFE.sub("", last).strip(" .")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    name = _cut(stem, _MOST_NAME_BYTES) + dot + _cut(suffix, _MOST_SUFFIX_BYTES)
    if not name:
        raise InputError(f"the file name {given!r} cannot be used. Give it letters or digits.")
    return name


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode("utf-8", "ignore")


def save_upload(folder: Path, name: str, content: BinaryIO) -> Path:
    """Write a file into a folder, whole or not at all; one of the same name is replaced.

    Raises:
        InputError: The name cannot be used.
        LimitError: The disk is full.
    """
    path = folder / safe_name(name)
    partial = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            shutil.copyfileobj(content, stream)
        partial.replace(path)
    except OSError as error:
        raise LimitError(
            f"{path.name} cannot be written: {error}. Free some space and send it again."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return path


def ingest_uploads(
    state: State,
    caller: Caller,
    paths: Sequence[Path],
    *,
    readers: Sequence[str] | None = None,
    tell: Callable[[Progress], None] | None = None,
) -> IngestSummary:
    """Read uploaded files into the workspace; a second one waits for the first.

    Args:
        state: The server.
        caller: Who brought them; they belong to them.
        paths: The files.
        readers: Who else may read them; without any, nobody, or everyone where there are no keys.
        tell: Told how far it is.

    Raises:
        BusyError: Another process is writing to the workspace.
        LimitError: The disk is full.
    """
    access = Access(owner=caller.user, readers=tuple(readers)) if readers is not None else None
    for path in paths:
        state.workspace.state().audit.add("ingest", path.name, user=caller.user)
    with state.ingesting:
        summary = state.workspace.ingest(*paths, access=access, on_progress=tell)
    state.metrics.ingested(summary)
    return summary
