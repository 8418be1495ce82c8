"""One writer at a time: a lock the operating system drops when its holder dies."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from vademecum.errors import BusyError


@contextmanager
def writer_lock(folder: Path) -> Iterator[None]:
    """Hold the store in `folder` for writing.

    Raises:
        BusyError: Another process (or another thread) is writing; its process id is named.
    """
    holder = folder / "writer.pid"
    lock = FileLock(folder / "writer.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        who = holder.read_text("utf-8") if holder.exists() else "unknown"
        raise BusyError(
            f"{folder.parent} is being written by process {who}. Wait for it to end, or stop it; "
            f"searching and asking work meanwhile."
        ) from error
    try:
        with suppress(OSError):  # on a full disk the lock holds without its note
            holder.write_text(str(os.getpid()), "utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()
