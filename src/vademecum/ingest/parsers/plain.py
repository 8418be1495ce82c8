"""Text files whose stored text is the file itself: plain text, source code, JSON; and CSV tables.

Blocks are the runs between blank lines; each knows its line. Markdown has its own module.

Use: `parse_plain(source)`, `parse_csv(source)`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from vademecum.errors import ParseError
from vademecum.ingest.parsers.clean import clean_text
from vademecum.ingest.parsers.decode import decode_text
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Block, BlockKind, Document
from vademecum.values.location import Location

_CODE_FORMATS = frozenset({"code", "json"})
_DELIMITERS = ",;\t|"


def file_text(source: Source) -> str:
    """Return the characters of a text file, cleaned, under the source's limits.

    Raises:
        ParseError: It is not a text, is blank, or too long.
    """
    text = clean_text(decode_text(source.data))
    if not text.strip():
        raise ParseError("empty: only white space in it")
    if len(text) > source.limits.max_chars:
        raise ParseError(f"more than {source.limits.max_chars} characters of text")
    return text


def parse_plain(source: Source) -> Document:
    """Return a text or source file as it is, one block a run of lines."""
    text = file_text(source)
    kind: BlockKind = "code" if source.format.name in _CODE_FORMATS else "paragraph"
    blocks = tuple(
        Block(kind=kind, start=start, end=end, location=Location(line=line))
        for start, end, line in line_runs(text, whole_units=kind == "code")
    )
    return Document(
        source=source.name, title=source.stem, text=text, blocks=blocks, media_type=source.format.media_type
    )


def line_runs(text: str, *, first_line: int = 1, whole_units: bool = False) -> Iterator[tuple[int, int, int]]:
    """Yield start, end and line number of each run of lines that blank lines separate.

    Args:
        text: Text with `\\n` line ends.
        first_line: Number of its first line.
        whole_units: Let a run go on over blank lines while the next line is indented, as in source code.
    """
    offset, start, end, run_line = 0, -1, -1, first_line
    for number, line in enumerate(text.split("\n"), first_line):
        if line and not line.isspace():
            new_run = start >= 0 and end + 1 < offset and not (whole_units and line[0] in " \t)]}")
            if new_run:
                yield start, end, run_line
            if start < 0 or new_run:
                start, run_line = offset, number
            end = offset + len(line.rstrip())
        offset += len(line) + 1
    if start >= 0:
        yield start, end, run_line


def parse_csv(source: Source) -> Document:
    """Return a CSV or TSV file as one table, row by row in the order of the file."""
    text = file_text(source)
    delimiter = "\t" if source.format.name == "tsv" else guess_delimiter(text)
    builder = source.builder()
    builder.place = Location(line=1)
    csv.field_size_limit(source.limits.max_chars)
    try:
        builder.table(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as err:
        raise ParseError(f"not a readable table: {err}") from err
    return builder.build(source=source.name, title=source.stem, media_type=source.format.media_type)


def guess_delimiter(text: str) -> str:
    """Return the delimiter that splits the first lines most evenly; a comma when none does."""
    lines = [line for line in text[:65_536].split("\n")[:20] if line.strip()]

    def evenness(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        return min(counts, default=0), sum(counts)

    best = max(_DELIMITERS, key=evenness)
    return best if evenness(best)[1] else ","
