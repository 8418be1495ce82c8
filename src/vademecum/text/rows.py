"""Rows in files, gzipped or not: objects of JSONL, and judgements of relevance.

Use: `for line, row in numbered_rows(Path("corpus.jsonl.gz")): ...`, `read_qrels(Path("qrels.tsv"))`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from vademecum.errors import InputError, SourceError


@contextmanager
def open_text(path: Path) -> Iterator[TextIO]:
    """Open a file of UTF-8 for reading, unpacking it when its name ends in `.gz`.

    Raises:
        SourceError: It cannot be opened, or what is read of it is damaged or no UTF-8.
    """
    try:
        if path.suffix == ".gz":
            with gzip.open(path, "rt", encoding="utf-8") as stream:
                yield stream
        else:
            with path.open(encoding="utf-8") as stream:
                yield stream
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path} cannot be read: {error}. Name a readable file of UTF-8, plain or gzipped."
        ) from error


def numbered_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a JSONL file with their line numbers.

    Raises:
        SourceError: The file cannot be read.
        InputError: A line is not an object of JSON.
    """
    with open_text(path) as stream:
        for number, line in enumerate(stream, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise InputError(f"{path}, line {number} is not JSON: {error}.") from error
            if not isinstance(row, dict):
                raise InputError(f"{path}, line {number} is not an object.")
            yield number, row


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read judgements of three columns with a header (BEIR) or four without (TREC).

    Returns:
        Grade by document, by query.

    Raises:
        SourceError: The file cannot be read.
        InputError: A line has another number of columns, or a grade is no number.
    """
    relevant: dict[str, dict[str, int]] = {}
    with open_text(path) as stream:
        for number, line in enumerate(stream, 1):
            cells = line.split("\t") if "\t" in line else line.split()
            cells = [cell.strip() for cell in cells]
            if len(cells) not in (3, 4):
                if not line.strip():
                    continue
                raise InputError(
                    f"{path}, line {number}: three or four columns are needed, not {len(cells)}."
                )
            try:
                relevant.setdefault(cells[0], {})[cells[-2]] = int(float(cells[-1]))
            except ValueError:
                if number > 1:
                    raise InputError(
                        f"{path}, line {number}: the last column is a grade, not {cells[-1]!r}."
                    ) from None
    return relevant


def hash_files(paths: Iterable[Path]) -> str:
    """Return the SHA-256 of files one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
