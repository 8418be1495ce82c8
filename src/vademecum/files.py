"""Files: the one path of each, and writing them whole or not at all.

Use: `with written_whole(path) as stream: stream.write(text)`.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


def one_path(path: Path) -> Path:
    """Return the absolute path without "..", so that a file is known by one name however it was reached.

    Links are not followed: what a person links to a place is found at that place.
    """
    return Path(os.path.normpath(path.expanduser().absolute()))


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """Yield a UTF-8 stream; at its end it takes the place of the file. An error or a kill leaves the old one.

    Raises:
        OSError: It cannot be written.
    """
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with partial.open("w", encoding="utf-8") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
