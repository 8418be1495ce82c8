"""Files whose rows are documents: JSONL (also gzipped) and CSV or TSV with named columns, read as a stream.

A bad row is a `Failure` with its line; the rows after it go on. Runs in the program's own process.

Use: `for item in read_rows(path, fields=RowFields(id="_id", title="title", text="text")): ...`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import plain_metadata
from vademecum.ingest.parsers.clean import clean_text, one_line
from vademecum.ingest.parsers.decode import decode_text
from vademecum.ingest.parsers.plain import guess_delimiter, line_runs
from vademecum.values.document import Block, Document
from vademecum.values.ingest import Failure
from vademecum.values.location import Location

_SAMPLE_BYTES = 65_536
_MAX_LINE_BYTES = 100_000_000
_TABLES = {".csv", ".tsv", ".tab"}
_COMMON_IDS = ("_id", "id", "doc_id", "docid")
_COMMON_TEXTS = ("text", "content", "contents", "body", "passage", "context")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFields:
    """Names of the fields or columns that make a document.

    Attributes:
        text: Holds the text.
        id: Holds the name by which the row is known; None names it after its line.
        title: Holds the title; a row without it has none.
    """

    text: str
    id: str | None = None
    title: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the names ready for JSON."""
        return asdict(self)


def read_rows(path: str | Path, *, fields: RowFields) -> Iterator[Document | Failure]:
    """Yield each row of a file as a document, or as a failure with its line.

    Args:
        path: A JSONL, NDJSON, CSV or TSV file, gzipped or not.
        fields: Which names hold what.

    Raises:
        ParseError: The file is empty or damaged, or its first row has no field of a given name.
        OSError: It cannot be opened.
    """
    path = Path(path)
    seen: dict[str, int] = {}
    count = 0
    for count, (line, row) in enumerate(_rows(path), 1):
        if isinstance(row, str):
            yield Failure(path=f"{path}, line {line}", reason=row)
            continue
        if count == 1:
            _check_names(row, fields)
        document = _document(path, line, row, fields)
        if isinstance(document, Document):
            first = seen.setdefault(document.source, line)
            if first != line:
                document = f"duplicate id {document.source!r}, first in line {first}"
        if isinstance(document, str):
            yield Failure(path=f"{path}, line {line}", reason=document)
        else:
            yield document
    if not count:
        raise ParseError("empty: no rows in it")


def guess_fields(path: str | Path) -> RowFields | None:
    """Return the usual field names that a JSONL file's first row has, or None when it has no text field."""
    path = Path(path)
    if _kind(path) in _TABLES:
        return None
    try:
        _, row = next(_rows(path), (0, ""))
    except ParseError:
        return None
    if isinstance(row, str):
        return None
    text = next((name for name in _COMMON_TEXTS if isinstance(row.get(name), str)), None)
    if text is None:
        return None
    return RowFields(
        text=text,
        id=next((name for name in _COMMON_IDS if name in row), None),
        title="title" if "title" in row else None,
    )


def _kind(path: Path) -> str:
    return Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Yield line number and row, or line number and what is wrong with it."""
    try:
        with path.open("rb") as file, _unpacked(file) as stream:
            yield from _table_rows(path, stream) if _kind(path) in _TABLES else _json_rows(stream)
    except (EOFError, zlib.error, gzip.BadGzipFile) as err:
        raise ParseError("damaged: cannot be unpacked") from err


def _unpacked(file: BinaryIO) -> BinaryIO:
    packed = file.read(2) == b"\x1f\x8b"
    file.seek(0)
    return cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file


def _json_rows(stream: BinaryIO) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    number = 0
    while line := stream.readline(_MAX_LINE_BYTES):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as err:
            yield number, f"not valid JSON: {str(err)[:100]}"
            continue
        yield number, row if isinstance(row, dict) else "not a JSON object"


def _table_rows(path: Path, stream: BinaryIO) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    sample = stream.read(_SAMPLE_BYTES)
    encoding = _encoding(sample)
    delimiter = (
        "\t" if _kind(path) in (".tsv", ".tab") else guess_delimiter(sample.decode(encoding, "replace"))
    )
    stream.seek(0)
    csv.field_size_limit(_MAX_LINE_BYTES)
    with io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        header: list[str] | None = None
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as err:
                yield line, f"not a readable row: {err}"
                continue
            if header is None:
                header = [name.strip() for name in cells]
            elif cells:
                yield line, dict(zip(header, cells, strict=False))


def _encoding(sample: bytes) -> str:
    """Return the encoding of a table from its first bytes."""
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        sample[: sample.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        decode_text(sample)
        return "cp1252"
    return "utf-8-sig"


def _check_names(row: Mapping[str, Any], fields: RowFields) -> None:
    for name in filter(None, (fields.text, fields.id)):
        if name not in row:
            raise ParseError(
                f"no field {name!r} in its first row, which has: {', '.join(map(str, row))[:200]}"
            )


def _document(path: Path, line: int, row: Mapping[str, Any], fields: RowFields) -> Document | str:
    """Return a row's document, or what is wrong with the row."""
    for name in filter(None, (fields.text, fields.id)):
        if not isinstance(row.get(name), (str, int, float)):
            return f"no text in field {name!r}" if name in row else f"no field {name!r}"
    source = one_line(str(row[fields.id])) if fields.id else f"{path.name}:{line}"
    title = one_line(str(row.get(fields.title) or "")) if fields.title else ""
    text = clean_text(str(row[fields.text])).strip() or title
    if not text or not source:
        return f"empty field {fields.text if source else fields.id!r}"
    place = Location(line=line)
    blocks = tuple(
        Block(kind="paragraph", start=start, end=end, location=place) for start, end, _ in line_runs(text)
    )
    rest = {
        str(name): value for name, value in row.items() if name not in (fields.id, fields.title, fields.text)
    }
    media_type = "text/csv" if _kind(path) in _TABLES else "application/x-ndjson"
    return Document(
        source=source,
        title=title,
        text=text,
        blocks=blocks,
        media_type=media_type,
        metadata=plain_metadata(rest),
    )
