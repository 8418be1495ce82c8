"""Archives (ZIP, TAR, GZIP): their members as parts, within bounds on count and unpacked size.

Nothing is written to disk, so names that point outside of a folder do no harm.

Use: `for part in archive_parts(source): ...`.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePath

from vademecum.errors import ParseError
from vademecum.ingest.parsers.source import Part, Source
from vademecum.values.ingest import Failure

_DAMAGE = (
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
)


def archive_parts(source: Source) -> Iterator[Part | Failure]:
    """Yield the members of an archive, or why one cannot be had.

    Raises:
        ParseError: The archive itself is damaged, or a limit is passed.
    """
    members = {"zip": _zip_members, "tar": _tar_members, "gzip": _gzip_members}[source.format.name](source)
    unpacked = 0
    for number, member in enumerate(members, 1):
        if number > source.limits.max_members:
            raise ParseError(f"more than {source.limits.max_members} files in the archive")
        if isinstance(member, Part):
            unpacked += len(member.data)
            if unpacked > source.limits.max_unpacked_bytes:
                raise ParseError(f"unpacks to more than {source.limits.max_unpacked_bytes / 1e6:.0f} MB")
        yield member


def _is_wanted(name: str) -> bool:
    path = PurePath(name)
    return not any(part.startswith((".", "__MACOSX")) for part in path.parts)


def _zip_members(source: Source) -> Iterator[Part | Failure]:
    with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
        for member in archive.infolist():
            if member.is_dir() or not _is_wanted(member.filename):
                continue
            path = f"{source.name}/{member.filename}"
            try:
                with archive.open(member) as stream:
                    yield Part(name=member.filename, data=_bounded(stream, source))
            except RuntimeError:
                yield Failure(path=path, reason="encrypted")
            except _DAMAGE:
                yield Failure(path=path, reason="damaged: cannot be unpacked")


def _tar_members(source: Source) -> Iterator[Part | Failure]:
    try:
        with tarfile.open(fileobj=io.BytesIO(source.data), mode="r:") as archive:
            for member in archive:
                stream = archive.extractfile(member) if member.isfile() and _is_wanted(member.name) else None
                if stream is not None:
                    yield Part(name=member.name, data=_bounded(stream, source))
    except _DAMAGE as err:
        raise ParseError("damaged: not a readable TAR archive") from err


def _gzip_members(source: Source) -> Iterator[Part | Failure]:
    try:
        with gzip.open(io.BytesIO(source.data)) as stream:
            data = _bounded(stream, source)
    except _DAMAGE as err:
        raise ParseError("damaged: cannot be unpacked") from err
    path = PurePath(source.name)
    yield Part(name=f"{path.stem}.tar" if path.suffix == ".tgz" else path.stem, data=data)


def _bounded(stream: io.BufferedIOBase | io.RawIOBase | object, source: Source) -> bytes:
    """Read a member to its end, or refuse it when it is longer than the limit, whatever its header says."""
    limit = source.limits.max_unpacked_bytes
    data: bytes = stream.read(limit + 1)  # type: ignore[union-attr]
    if len(data) > limit:
        raise ParseError(f"unpacks to more than {limit / 1e6:.0f} MB")
    return data
