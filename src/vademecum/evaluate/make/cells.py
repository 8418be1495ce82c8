"""Questions about one cell of a table, and follow-ups to another cell.

Use: `for question in ask_cells(table, asked=nouns, documents=documents): ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from vademecum.evaluate.make.tables import Row, Table, is_empty, is_plural, number, spoken
from vademecum.evaluate.make.word_set import word_set
from vademecum.values import Document, Question

_NEEDS_CONTEXT = word_set(
    "score points rank position place votes attendance date year prize result venue location event"
    " goals apps week opponent time age status team region area"
)
_PERSON = re.compile(r"(?:er|or|ist|ant|person|employee|athlete|representative|responsible)$")
_NOT_PERSON = word_set("number order letter water paper colour color floor sector factor power diameter")
_PLACES = word_set("country nationality nation state city town address origin birthplace")
_MOST_ANSWER_WORDS = 10


def is_person(name: str) -> bool:
    """Say whether a column holds people, by its name."""
    head = name.split()[-1]
    return bool(_PERSON.search(head)) and head not in _NOT_PERSON


def _accepted(cell: str) -> tuple[str, ...]:
    """Return a cell as an answer, also without the full stop of an ordinal."""
    return tuple(dict.fromkeys((cell, cell.rstrip("."))))


def _same_things(table: Table, other: Table) -> bool:
    """Say whether the rows of two tables are of one kind, by the name of their labels."""
    if table.label is None or other.label is None:
        return False
    first, second = spoken(table.columns[table.label]), spoken(other.columns[other.label])
    return first.split()[-1] == second.split()[-1] or (is_person(first) and is_person(second))


class CellQuestions:
    """Asks for the cells of tables.

    Args:
        asked: Spoken columns that read as things.
        documents: The collection, which knows labels that several documents share.
    """

    def __init__(self, *, asked: frozenset[str], documents: Sequence[Document]) -> None:
        self._asked = asked
        self._texts = [document.text.casefold() for document in documents]

    def ask(self, table: Table) -> Iterator[Question]:
        """Yield a question for each cell one may ask for."""
        for row, column in self._askable(table):
            yield Question(
                text=self.wording(table, row, column),
                kind="table",
                answers=_accepted(row.cells[column]),
                evidence=(row.evidence,),
            )

    def follow(self, table: Table) -> Iterator[Question]:
        """Yield follow-ups: another column of the row, or the column of another row."""
        places = list(self._askable(table))
        for (row, column), (other, second) in zip(places, [*places[1:], *places[:1]], strict=True):
            if row is other and column != second:
                name = spoken(table.columns[second])
                text = f"And how many {name}?" if is_plural(name) else f"And what is the {name}?"
                yield self._followed(table, (row, column), (row, second), text)
        columns = dict.fromkeys(column for _, column in places)
        for column in columns:
            rows = [row for row, at in places if at == column]
            for row, other in pairwise(rows):
                if row.cells[column] != other.cells[column]:
                    text = f"And for {other.cells[table.label or 0]}?"
                    yield self._followed(table, (row, column), (other, column), text)

    def wording(self, table: Table, row: Row, column: int) -> str:
        """Return the question for a cell."""
        name, label = spoken(table.columns[column]), row.cells[table.label or 0]
        cell = row.cells[column]
        where = self.context(table, label, name)
        head = name.partition(" in ")[0].split()[-1]
        people = is_person(spoken(table.columns[table.label or 0]))
        if head == "year" or (head == "date" and people):
            return f"Which {name} is given for {label}{where}?"
        if number(cell) and is_plural(head):
            return f"What is the number of {name} for {label}{where}?"
        if is_person(name) and number(cell) is None:
            return f"Who is the {name} of {label}{where}?"
        return f"What is the {name} {'for' if number(cell) else 'of'} {label}{where}?"

    def context(self, table: Table, label: str, name: str) -> str:
        """Return where a question has to point: nowhere when its words can only mean one table."""
        shared = sum(label.casefold() in text for text in self._texts) > 1
        if shared or set(name.split()) & _NEEDS_CONTEXT:
            return f" {table.place}"
        return ""

    def absent(self, tables: Sequence[Table]) -> Iterator[str]:
        """Yield questions for a column and a row of another table about the same kind of thing."""
        for table in tables:
            for other in tables:
                if table.document.id == other.document.id or not _same_things(table, other):
                    continue
                names = {row.cells[table.label or 0].casefold() for row in table.rows}
                foreign = [spoken(column) for column in other.columns]
                for row, column in self._askable(table):
                    name = spoken(table.columns[column])
                    if name in foreign or name.split()[-1] in _NEEDS_CONTEXT | _PLACES:
                        continue
                    for stranger in other.rows:
                        label = stranger.cells[other.label or 0]
                        bracketed = "(" in label
                        if label.casefold() not in names and not bracketed and not self._told(label, name):
                            yield self.wording(table, row, column).replace(row.cells[table.label or 0], label)

    def _told(self, label: str, name: str) -> bool:
        """Say whether some document speaks of both a label and a column."""
        words = name.casefold().split()
        return any(label.casefold() in text and words[-1] in text for text in self._texts)

    def _askable(self, table: Table) -> Iterator[tuple[Row, int]]:
        """Yield the rows and columns one may ask for."""
        label = table.label
        if label is None:
            return
        for row in table.rows:
            for column, name in enumerate(table.columns):
                cell = row.cells[column]
                known = column != label and spoken(name) in self._asked and not is_empty(cell)
                told = cell.casefold() in row.cells[label].casefold() or '"' in row.cells[label]
                if known and not told and len(cell.split()) <= _MOST_ANSWER_WORDS:
                    yield row, column

    def _followed(self, table: Table, first: tuple[Row, int], second: tuple[Row, int], text: str) -> Question:
        return Question(
            text=text,
            kind="follow-up",
            answers=_accepted(second[0].cells[second[1]]),
            evidence=(second[0].evidence,),
            history=((self.wording(table, *first), first[0].cells[first[1]]),),
            standing=self.wording(table, *second),
        )
