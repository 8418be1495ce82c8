"""Questions whose answer is how many rows or list items there are; every one of them is evidence.

Use: `for question in count_rows(table, asked=nouns): ...`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from vademecum.evaluate.make.passage import quote
from vademecum.evaluate.make.tables import Row, Table, is_empty, is_measure, is_plural, number, plural, spoken
from vademecum.text.sentences import split_sentences
from vademecum.values import Block, Document, Question

_MOST_ROWS = 30
_MOST_COUNTED = 12
_LEAST_MENTIONS = 2
_ITEM = re.compile(r"(?:[-*•▪◦\u2013·]|\(?\w{1,3}[.)])\s+\S")


def count_rows(table: Table, *, asked: frozenset[str]) -> Iterator[Question]:
    """Yield questions for the number of rows: all, those with a value, those above a figure."""
    if table.label is None or not table.whole or len(table.rows) > _MOST_ROWS:
        return
    things = plural(spoken(table.columns[table.label]))
    place = table.place
    made: list[Question] = []
    for column, written in enumerate(table.columns):
        name = spoken(written)
        if column == table.label or name not in asked:
            continue
        made += _with_value(table, column, f"How many {things} {place} have", name)
        made += _above(table, column, f"How many {things} {place} have", name)
    if not made and len(table.rows) >= 3 and things != "items":
        made.append(_counted(f"How many {things} are listed {place}?", table.rows))
    yield from made


def _with_value(table: Table, column: int, start: str, name: str) -> Iterator[Question]:
    values = Counter(row.cells[column] for row in table.rows)
    for value, count in values.items():
        plain = not is_empty(value) and number(value) is None and len(value.split()) <= 5
        folded = sum(value.casefold() in row.cells[column].casefold() for row in table.rows)
        if plain and 2 <= count <= _MOST_COUNTED and count < len(table.rows) and folded == count:
            rows = [row for row in table.rows if row.cells[column] == value]
            yield _counted(f'{start} "{value}" as their {name}?', rows)


def _above(table: Table, column: int, start: str, name: str) -> Iterator[Question]:
    figures = table.numbers(column)
    cells = [row.cells[column] for row in table.rows]
    if figures is None or not is_measure(table.columns[column], cells) or len(set(figures)) < 4:
        return
    bound = sorted(figures)[len(figures) // 2]
    rows = [row for row, figure in zip(table.rows, figures, strict=True) if figure > bound]
    written = next(
        row.cells[column] for row, figure in zip(table.rows, figures, strict=True) if figure == bound
    )
    head = name.partition(" in ")[0]
    text = f"{start} more than {written} {name}?" if is_plural(head) else f"{start} a {name} above {written}?"
    if 2 <= len(rows) <= _MOST_COUNTED:
        yield _counted(re.sub(r" a ([aeiou])", r" an \1", text), rows)


def _counted(text: str, rows: Sequence[Row]) -> Question:
    return Question(
        text=text, kind="count", answers=(str(len(rows)),), evidence=tuple(row.evidence for row in rows)
    )


def count_items(documents: Sequence[Document]) -> Iterator[Question]:
    """Yield questions for the number of items of a list, which is the only one under its heading."""
    lists: dict[tuple[str, str], list[tuple[Document, Block]]] = defaultdict(list)
    headings: Counter[str] = Counter()
    for document in documents:
        own = set()
        for block in document.blocks:
            if block.kind == "list" and block.location.heading:
                heading = block.location.heading[-1]
                lists[document.id, heading].append((document, block))
                own.add(heading)
        headings.update(own)
    for (_, heading), found in lists.items():
        if len(found) == 1 and headings[heading] == 1:
            yield from _items(*found[0], heading)


def _items(document: Document, block: Block, heading: str) -> Iterator[Question]:
    lines = list(re.finditer(r"[^\n]*\S[^\n]*", document.text[block.start : block.end]))
    marked = sum(_ITEM.match(line[0]) is not None for line in lines)
    wrapped = marked < len(lines) if marked else document.media_type in ("application/pdf", "text/plain")
    if not 3 <= len(lines) <= _MOST_ROWS or wrapped:
        return
    title = f' in "{document.title}"' if document.title and document.title != heading else ""
    yield Question(
        text=f'How many items are listed under "{heading}"{title}?',
        kind="count",
        answers=(str(len(lines)),),
        evidence=tuple(
            quote(document, block.start + line.start(), block.start + line.end()) for line in lines
        ),
    )


def count_mentions(documents: Sequence[Document], names: Iterable[str]) -> Iterator[Question]:
    """Yield questions in how many documents a name stands; names with a shorter form are left out."""
    texts = [f"{document.title}\n{document.text}" for document in documents]
    folded = [text.casefold() for text in texts]
    common = {word for text in texts for word in re.findall(r"\b[a-z]+\b", text)}
    for name in names:
        if name.split()[-1].lower() in common:
            continue
        word = max(name.split(), key=len)
        whole = re.compile(rf"\b{re.escape(name)}\b")
        found = [at for at, text in enumerate(texts) if word in text and whole.search(text)]
        loose = sum(name.split()[-1].casefold() in text for text in folded)
        places = [whole.search(documents[at].text) for at in found]
        if _LEAST_MENTIONS <= len(found) <= _MOST_COUNTED and loose == len(found) and all(places):
            yield Question(
                text=f"How many documents mention {name}?",
                kind="count",
                answers=(str(len(found)),),
                evidence=tuple(
                    quote(documents[at], *_sentence(documents[at].text, place.start()))
                    for at, place in zip(found, places, strict=True)
                    if place
                ),
            )


def _sentence(text: str, at: int) -> tuple[int, int]:
    """Return the sentence that holds a character, within its paragraph."""
    start = text.rfind("\n\n", 0, at) + 1
    stop = text.find("\n\n", at)
    spans = split_sentences(text[start : stop if stop >= 0 else len(text)])
    return next((start + first, start + last) for first, last in spans if start + last > at)
