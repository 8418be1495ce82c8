"""The tables of documents as rows of cells with their places, and how their columns are spoken of.

Owns reading; the questions belong to the kinds. A table without a header row is left out.
Use: `read_tables(document)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from vademecum.evaluate.make.passage import quote
from vademecum.evaluate.make.word_set import word_set
from vademecum.text.parsed import Parse
from vademecum.values import Block, Document, Evidence

_NUMBER = re.compile(r"([£$€]?)(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?) ?(%|[a-z]{1,2})?")
_EMPTY = frozenset(("", "-", "\u2013", "—", "n/a", "none", "?", "tba", "tbd", "unknown"))
_TOTALS = re.compile(r"(?:grand )?total\b|all$|sum$|average$|overall$|subtotal", re.IGNORECASE)
_UNIT = re.compile(r"[A-Za-z€$£%]{1,4}(?: (?:million|billion|thousand)s?)?")
_LABEL_WORDS = 7
_DATED = re.compile(r"\b(?:date|day|week|month|year|time|period|season)$")
_UNRANKED = word_set("rank year position place no pick week grade district bed page room floor level")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table.

    Attributes:
        cells: As many as the table has columns.
        evidence: The row as a quote.
    """

    cells: tuple[str, ...]
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with a header.

    Attributes:
        document: Where it stands.
        place: Where it is in words: 'in "Prices" of "Supply agreement"'.
        columns: Names of the columns as written.
        rows: Without totals; every one has a cell for each column.
        whole: Whether every row of the source is among them, totals aside.
    """

    document: Document
    place: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    whole: bool

    @cached_property
    def label(self) -> int | None:
        """Position of the column that names the rows: the first one of distinct words."""
        for at, name in enumerate(self.columns):
            cells = [row.cells[at] for row in self.rows]
            distinct = len({cell.casefold() for cell in cells}) == len(cells)
            worded = sum(bool(re.search(r"[^\W\d_]{2}", cell)) and number(cell) is None for cell in cells)
            short = all(0 < len(cell.split()) <= _LABEL_WORDS for cell in cells)
            named = all(cell[:1].isupper() or cell[:1].isdigit() for cell in cells)
            lower = sum(any(char.islower() for char in cell) for cell in cells) * 2 > len(cells)
            if distinct and short and named and lower and worded == len(cells) and _names_rows(name):
                return at
        return None

    def numbers(self, column: int) -> list[float] | None:
        """Return the figures of a column, or None where a cell is none or units differ."""
        found = [number(row.cells[column]) for row in self.rows]
        kept = [pair for pair in found if pair is not None]
        if len(kept) < len(found) or len({unit for _, unit in kept}) > 1:
            return None
        return [value for value, _ in kept]


def _names_rows(column: str) -> bool:
    """Say whether a column's name is that of a kind of thing, and not of their dates or makers."""
    name = re.sub(r" name$", "", spoken(column))
    return bool(name) and plural(name) != name and not _DATED.search(name)


def is_measure(column: str, cells: Sequence[str]) -> bool:
    """Say whether the figures of a column can be more or less; ranks and room numbers cannot."""
    head = spoken(column).partition(" in ")[0]
    if not head or set(head.split()) & _UNRANKED:
        return False
    if is_plural(head) or " in " in spoken(column):
        return True
    return any(not cell.strip().isdigit() or len(cell.strip()) > 3 for cell in cells)


def is_plural(noun: str) -> bool:
    """Say whether a column's name is a plural."""
    return noun.endswith("s") and not noun.endswith("ss")


def number(cell: str) -> tuple[float, str] | None:
    """Return the figure of a cell and its unit, or None when it is not one figure."""
    match = _NUMBER.fullmatch(cell.strip())
    return (float(match[2].replace(",", "")), match[1] + (match[3] or "")) if match else None


def is_empty(cell: str) -> bool:
    """Say whether a cell holds nothing."""
    return cell.strip().casefold() in _EMPTY


def spoken(column: str) -> str:
    """Return a column's name as it reads within a question; empty when it does not read.

    Example:
        >>> spoken("Price (GBP)")
        'price in GBP'
    """
    match = re.fullmatch(r"([A-Za-z][A-Za-z' -]*?)(?: ?[\(\[]([^()\[\]]+)[\)\]])?", column.strip())
    if match is None or (match[2] and not _UNIT.fullmatch(match[2])) or len(match[1].split()) > 4:
        return ""
    words = [word.lower() if word[1:].islower() or len(word) == 1 else word for word in match[1].split()]
    return " ".join(words) + (f" in {match[2]}" if match[2] else "")


def plural(noun: str) -> str:
    """Return the plural of a column's name, such as "schools" for "School Name"."""
    noun = re.sub(r" name$", "", noun)
    if is_plural(noun):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else "s")


def noun_columns(tables: Iterable[Table], parse: Parse) -> frozenset[str]:
    """Return the spoken columns that are things one can ask for: "price", but not "from" or "gold"."""
    names = sorted({name for table in tables for column in table.columns if (name := spoken(column))})
    bare = [name.partition(" in ")[0] for name in names]
    found = set()
    for name, head, parsed in zip(
        names, bare, parse([f"The {name} is known." for name in bare]), strict=True
    ):
        at = len(parsed.words) - 4
        subject = parsed.words[at]
        words = head.split()
        fits = subject.dep in ("nsubj", "nsubjpass") and subject.tag in ("NN", "NNS", "NNP")
        if fits and words[-1] not in _NOT_ASKED and not set(words) & _NEVER:
            found.add(name)
    return frozenset(found)


_NOT_ASKED = word_set(
    "gold silver bronze total notes note name title others other no number id money result results low"
    " high comments remarks reference references link url no. from built responsible place article item"
    " product"
)
_NEVER = word_set("other to in order no results")


def read_tables(document: Document) -> Iterator[Table]:
    """Yield the tables of a document that have a header and two rows at least."""
    for block in document.blocks:
        if block.kind == "table" and block.header_end > block.start:
            table = _read(document, block)
            if table is not None:
                yield table


def _read(document: Document, block: Block) -> Table | None:
    header = document.text[block.start : block.header_end].strip("\n").partition("\n")[0]
    barred = header.lstrip().startswith("|")
    columns = _cells(header, barred)
    if len(set(columns)) < len(columns) or len(columns) < 2:
        return None
    rows, whole = [], True
    for line in re.finditer(r"[^\n]*\S[^\n]*", document.text[block.header_end : block.end]):
        cells = _cells(line[0], barred)
        if len(cells) != len(columns):
            whole = False
            continue
        if _TOTALS.match(cells[0]) or set(line[0]) <= set("|-: "):
            continue
        start, end = block.header_end + line.start(), block.header_end + line.end()
        rows.append(Row(cells=tuple(cells), evidence=quote(document, start, end)))
    if len(rows) < 2:
        return None
    return Table(
        document=document,
        place=_place(document, block),
        columns=tuple(columns),
        rows=tuple(rows),
        whole=whole,
    )


def _cells(line: str, barred: bool) -> list[str]:
    line = line.strip()
    if barred:
        line = line.removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in line.split("|")]


def _place(document: Document, block: Block) -> str:
    """Return where a table is: its document, and its section or sheet where there is more in that."""
    location = block.location
    inner = location.sheet or (location.heading[-1] if location.heading else "")
    inner = re.sub(r"^(?:\d+\.)+\d* ", "", inner).rstrip("?.: ")
    alone = sum(other.kind in ("table", "list") for other in document.blocks) == 1
    if not inner or inner == document.title or (alone and document.title):
        return f'in "{document.title or document.source}"'
    return f'in "{inner}" of "{document.title}"' if document.title else f'in "{inner}"'
