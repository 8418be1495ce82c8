"""Questions that need two places: a bridge over a description, or a comparison.

Use: `for question in bridge(candidate, roles): ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.cells import CellQuestions, is_person
from vademecum.evaluate.make.roles import Role
from vademecum.evaluate.make.tables import Table, is_measure, is_plural, plural, spoken
from vademecum.text.analyse import analyse
from vademecum.values import Question

_COUNTRY_ROLES = frozenset("president minister king queen chancellor".split())
_TEAM_ROLES = frozenset("coach manager captain".split())
_MOST_ROWS = 30


def bridge(candidate: Candidate, roles: Sequence[Role]) -> Iterator[Question]:
    """Yield a question with one of its names replaced by what another sentence says of it."""
    for role in roles:
        if role.passage is candidate.passage or candidate.type == "DURATION":
            continue
        for name, described in _replacements(role):
            if not re.search(rf"\b{re.escape(name)}(?![\w’']|-)", candidate.text):
                continue
            if candidate.text.count(name) != 1 or _tells(described, candidate, name):
                continue
            yield Question(
                text=_replaced(candidate.text, name, described),
                kind="several-hop",
                answers=candidate.answers,
                evidence=(role.passage.evidence, candidate.passage.evidence),
            )
            break


def _replacements(role: Role) -> Iterator[tuple[str, str]]:
    """Yield names and what they may be replaced by."""
    yield role.person, role.description
    of = re.sub(r"^the |['’]s$", "", role.of, flags=re.IGNORECASE)
    office = role.role.split()[-1].lower()
    if role.of_type == "GPE" and office in _COUNTRY_ROLES:
        yield of, f"the country whose {role.role} is {role.person}"
    elif role.of_type == "ORG" and office in _TEAM_ROLES:
        yield of, f"the team whose {role.role} is {role.person}"
    elif role.of_type == "ORG" and office not in _COUNTRY_ROLES | {"secretary"}:
        yield of, f"the organisation whose {role.role} is {role.person}"


def _tells(described: str, candidate: Candidate, name: str) -> bool:
    """Say whether the description holds the answer, or stands in the question already."""
    words = set(analyse(described)) - {"organis", "team", "countri", "whose"}
    asked = set(analyse(candidate.text.replace(name, " ")))
    return bool(words & asked) or bool(words & set(analyse(candidate.answer)))


def _replaced(text: str, name: str, described: str) -> str:
    text = text.replace(f"the {name}", name)
    text = re.sub(rf"(?:\b(?:Mr|Mrs|Ms|Dr|Sir) )?{re.escape(name)}", described, text)
    return text


def compare_rows(table: Table, cells: CellQuestions, *, asked: frozenset[str]) -> Iterator[Question]:
    """Yield questions which of two rows, or of all, has the higher figure."""
    label = table.label
    if label is None:
        return
    which = "Who" if is_person(spoken(table.columns[label])) else "Which"
    for column, written in enumerate(table.columns):
        name, figures = spoken(written), table.numbers(column)
        cells_of = [row.cells[column] for row in table.rows]
        if column == label or name not in asked or figures is None or not is_measure(written, cells_of):
            continue
        for (row, figure), (other, second) in combinations(zip(table.rows, figures, strict=True), 2):
            if figure == second:
                continue
            names = row.cells[label], other.cells[label]
            where = cells.context(table, names[0], name) or cells.context(table, names[1], name)
            yield Question(
                text=f"{which} has {_more(name)}{where}: {names[0]} or {names[1]}?",
                kind="several-hop",
                answers=(names[0] if figure > second else names[1],),
                evidence=(row.evidence, other.evidence),
            )
        yield from _highest(table, column, figures, name)


def _more(name: str) -> str:
    head = name.partition(" in ")[0]
    return f"more {name}" if is_plural(head) else f"the higher {name}"


def _highest(table: Table, column: int, figures: Sequence[float], name: str) -> Iterator[Question]:
    label = table.label or 0
    if not table.whole or not 3 <= len(table.rows) <= _MOST_ROWS:
        return
    thing = re.sub(r" name$", "", spoken(table.columns[label]))
    if plural(thing) == thing:
        return
    head = name.partition(" in ")[0]
    many = is_plural(head)
    for best, word in ((max(figures), "most" if many else "highest"), (min(figures), "fewest" if many else "lowest")):
        rows = [row for row, figure in zip(table.rows, figures, strict=True) if figure == best]
        if len(rows) == 1:
            yield Question(
                text=f'Which {thing} in "{table.name}" has the {word} {name}?',
                kind="several-hop",
                answers=(rows[0].cells[label],),
                evidence=tuple(row.evidence for row in table.rows),
            )
