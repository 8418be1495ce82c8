"""Questions about one cell of a table, and follow-ups to another cell.

Use: `for question in ask_cells(table, asked=nouns, documents=documents): ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vademecum.evaluate.make.tables import Row, Table, is_empty, is_plural, number, spoken
from vademecum.values import Document, Question

_NEEDS_CONTEXT = frozenset(
    "score points rank position place votes attendance date year prize result venue location event goals apps"
    " week opponent time age status team region area".split()
)
_PERSON = re.compile(r"(?:er|or|ist|ant|person|employee|athlete|representative|responsible)$")
_NOT_PERSON = frozenset("number order letter water paper colour color floor sector factor power diameter".split())
_MOST_ANSWER_WORDS = 10


def is_person(name: str) -> bool:
    """Say whether a column holds people, by its name."""
    head = name.split()[-1]
    return bool(_PERSON.search(head)) and head not in _NOT_PERSON


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
                answers=(row.cells[column],),
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
            for row, other in zip(rows, rows[1:], strict=False):
                if row.cells[column] != other.cells[column]:
                    text = f"And for {other.cells[table.label or 0]}?"
                    yield self._followed(table, (row, column), (other, column), text)

    def wording(self, table: Table, row: Row, column: int) -> str:
        """Return the question for a cell."""
        name, label = spoken(table.columns[column]), row.cells[table.label or 0]
        cell = row.cells[column]
        where = self.context(table, label, name)
        head = name.partition(" in ")[0].split()[-1]
        if head == "year":
            return f"Which year is given for {label}{where}?"
        if number(cell) and is_plural(head):
            return f"What is the number of {name} for {label}{where}?"
        if is_person(name) and number(cell) is None:
            return f"Who is the {name} of {label}{where}?"
        return f"What is the {name} {'for' if number(cell) else 'of'} {label}{where}?"

    def context(self, table: Table, label: str, name: str) -> str:
        """Return where a question has to point: nowhere when its words can only mean one table."""
        shared = sum(label.casefold() in text for text in self._texts) > 1
        if shared or set(name.split()) & _NEEDS_CONTEXT:
            return f' in "{table.name}"'
        return ""

    def _askable(self, table: Table) -> Iterator[tuple[Row, int]]:
        """Yield the rows and columns one may ask for."""
        label = table.label
        if label is None:
            return
        for row in table.rows:
            for column, name in enumerate(table.columns):
                cell = row.cells[column]
                known = column != label and spoken(name) in self._asked and not is_empty(cell)
                if known and cell.casefold() not in row.cells[label].casefold():
                    if len(cell.split()) <= _MOST_ANSWER_WORDS and '"' not in row.cells[label]:
                        yield row, column

    def _followed(
        self, table: Table, first: tuple[Row, int], second: tuple[Row, int], text: str
    ) -> Question:
        return Question(
            text=text,
            kind="follow-up",
            answers=(second[0].cells[second[1]],),
            evidence=(second[0].evidence,),
            history=((self.wording(table, *first), first[0].cells[first[1]]),),
            standing=self.wording(table, *second),
        )
