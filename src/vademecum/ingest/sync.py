"""What has to be read: the files below a path, compared with what is known of them.

A file counts as changed when its content hash differs; size and time only save reading it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from vademecum.errors import SourceError
from vademecum.files import one_path
from vademecum.stores.store import FOLDER_NAME
from vademecum.values import Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One file as it was when it was last read.

    Attributes:
        path: Absolute path.
        root: The path an ingest was asked for that led to it.
        options: How it was read, as JSON: the field names of rows.
        size: Length in bytes.
        mtime_ns: Time of its last change, in nanoseconds.
        sha256: Hash of its content.
        reason: Why it could not be read; empty when it was.
        access: Who may read it, as `Access.to_text` writes it.
    """

    path: str
    root: str
    options: str
    size: int
    mtime_ns: int
    sha256: str
    reason: str = ""
    access: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The difference between a folder and what is stored of it.

    Attributes:
        unchanged: Files whose content is known.
        touched: Known files of which only time or size note has to be brought up to date.
        to_read: New and changed files, in reading order.
        removed: Known files that are gone.
        unreadable: Files and folders that could not be looked at.
    """

    unchanged: tuple[Place, ...]
    touched: tuple[Place, ...]
    to_read: tuple[Place, ...]
    removed: tuple[Place, ...]
    unreadable: tuple[Failure, ...]


def plan_sync(
    root: Path,
    known: Mapping[str, Place],
    *,
    options: str = "",
    access: str | None = None,
    inherited: Callable[[str], str] = lambda path: "",
    hidden: bool = False,
) -> Plan:
    """Compare the files at or below `root` with the known places.

    Args:
        root: A file or a folder.
        known: Every known place by path.
        options: How files are to be read; a file read with other options counts as changed.
            Empty leaves a known file as it was read.
        access: Who may read what lies there; None leaves known files as they are.
        inherited: Who may read a new file then, by its path.
        hidden: Whether names that start with a dot are looked at.

    Raises:
        SourceError: `root` does not exist or cannot be read.
    """
    root = one_path(root)
    if not root.exists():
        raise SourceError(
            f"{root} does not exist. Check the path; removed files go when their folder is ingested."
        )
    unreadable: list[Failure] = []
    seen: set[str] = set()
    unchanged, touched, to_read = [], [], []
    for path in list_files(root, hidden=hidden, unreadable=unreadable):
        if not _is_text(path):
            shown = path.encode("utf-8", "backslashreplace").decode()
            unreadable.append(Failure(path=shown, reason="its name is not valid UTF-8; rename it"))
            continue
        seen.add(path)
        old = known.get(path)
        try:
            status = Path(path).stat()
            wanted = options or (old.options if old is not None else "")
            kept = inherited(path) if old is None else old.access
            allowed = kept if access is None else access
            same = old is not None and (old.options, old.access) == (wanted, allowed)
            if same and old is not None and (old.size, old.mtime_ns) == (status.st_size, status.st_mtime_ns):
                unchanged.append(old)
                continue
            place = Place(
                path=path,
                root=str(root),
                options=wanted,
                size=status.st_size,
                mtime_ns=status.st_mtime_ns,
                sha256=_hash(path),
                access=allowed,
            )
        except OSError as error:
            unreadable.append(Failure(path=path, reason=_why(error)))
            continue
        if same and old is not None and old.sha256 == place.sha256:
            touched.append(replace(place, root=old.root, reason=old.reason))
        else:
            to_read.append(place)
    blind = tuple(failure.path for failure in unreadable)
    removed = [
        place
        for path, place in known.items()
        if _is_below(path, str(root)) and path not in seen and not any(_is_below(path, gap) for gap in blind)
    ]
    return Plan(
        unchanged=tuple(unchanged),
        touched=tuple(touched),
        to_read=tuple(to_read),
        removed=tuple(removed),
        unreadable=tuple(unreadable),
    )


def list_files(root: Path, *, hidden: bool, unreadable: list[Failure]) -> Iterator[str]:
    """Yield the regular files at or below `root`, sorted, each once, links to folders not followed."""
    if root.is_file():
        yield str(root)
        return
    try:
        entries = sorted(os.scandir(root), key=lambda entry: entry.name)
    except OSError as error:
        unreadable.append(Failure(path=str(root), reason=_why(error)))
        return
    for entry in entries:
        if entry.name == FOLDER_NAME or (entry.name.startswith(".") and not hidden):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from list_files(Path(entry.path), hidden=hidden, unreadable=unreadable)
        elif entry.is_file():
            yield entry.path


def _is_text(path: str) -> bool:
    """Say whether a path can be stored and shown; Python smuggles other bytes in as lone surrogates."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _hash(path: str) -> str:
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _why(error: OSError) -> str:
    return {PermissionError: "no permission to read it", FileNotFoundError: "it is gone"}.get(
        type(error), error.strerror or str(error)
    )
