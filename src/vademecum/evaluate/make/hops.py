"""Questions that need two places: a bridge over a description, or a comparison.

Use: `for question in bridge(candidate, roles): ...`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.cells import CellQuestions, is_person
from vademecum.evaluate.make.clause import read_clause
from vademecum.evaluate.make.names import bare
from vademecum.evaluate.make.passage import Passage
from vademecum.evaluate.make.roles import Role
from vademecum.evaluate.make.tables import Table, is_measure, is_plural, plural, spoken
from vademecum.evaluate.make.word_set import word_set
from vademecum.text.analyse import analyse
from vademecum.values import Question

_COUNTRY_ROLES = word_set("president minister king queen chancellor")
_TEAM_ROLES = word_set("coach manager captain")
_MOST_ROWS = 30
_MOST_WORDS = 26
_MOST_EVENT_WORDS = 12
_DOUBLED = word_set("begin admit commit permit submit refer occur transfer control forget upset equip")
_FILLERS = word_set("organis team countri whose person")


@dataclass(frozen=True, kw_only=True)
class Description:
    """What one sentence says of a name, and no other name.

    Attributes:
        name: The name.
        text: What may stand for it, such as "the person who founded Sundance".
        passage: The sentence.
        asked: The question that the name answers, to be confirmed.
    """

    name: str
    text: str
    passage: Passage
    asked: Candidate


def describe(
    offices: Iterable[tuple[Role, Candidate]], candidates: Iterable[Candidate]
) -> dict[str, list[Description]]:
    """Return what may stand for names, by the last words of these.

    Args:
        offices: Who holds one, with the question for it.
        candidates: Questions, of which those for the subject are used.
    """
    kept: dict[str, list[Description]] = defaultdict(list)
    found = [one for role, asked in offices for one in _describe_role(role, asked)]
    found += [one for candidate in candidates for one in _describe_fact(candidate)]
    for description in found:
        kept[description.name.split()[-1]].append(description)
    return kept


def _describe_role(role: Role, asked: Candidate) -> Iterator[Description]:
    """Yield what stands for a person with an office, and for what the office belongs to."""
    yield Description(name=role.person, text=role.description, passage=role.passage, asked=asked)
    office = role.role.split()[-1].lower()
    if role.of_type == "GPE" and office in _COUNTRY_ROLES:
        thing = "country"
    elif role.of_type == "ORG" and office in _TEAM_ROLES and " " not in role.role:
        thing = "team"
    elif role.of_type == "ORG" and office not in _COUNTRY_ROLES:
        thing = "organisation"
    else:
        return
    text = f"the {thing} whose {role.role} is {role.person}"
    yield Description(name=bare(role.of), text=text, passage=role.passage, asked=asked)


def _describe_fact(candidate: Candidate) -> Iterator[Description]:
    """Yield what stands for the one who did something: "the person who founded Sundance"."""
    sentence = candidate.passage.text.lower()
    grouped = candidate.type == "PERSON" and f"the {bare(candidate.answer)}".lower() in sentence
    if candidate.form == "who" and candidate.type in ("PERSON", "ORG") and not grouped:
        thing = "person who" if candidate.type == "PERSON" else "organisation that"
        text = f"the {thing} {candidate.text.removeprefix('Who ').removesuffix('?')}"
        yield Description(name=bare(candidate.answer), text=text, passage=candidate.passage, asked=candidate)


def bridge(
    candidate: Candidate, descriptions: Mapping[str, Sequence[Description]]
) -> Iterator[tuple[Question, Candidate]]:
    """Yield the question with one of its names replaced by what another sentence says of it.

    Args:
        candidate: A question.
        descriptions: By the last word of the name.

    Yields:
        The question and the one that has to be confirmed beside `candidate`.
    """
    passage = candidate.passage
    for name in passage.parsed.names:
        written = bare(name.text)
        if candidate.text.count(written) != 1 or not passage.full_name(name):
            continue
        short = name.type == "PERSON" and " " not in written
        for described in descriptions.get(written.split()[-1], ()):
            same = described.name == written or (short and described.name in passage.document.text)
            if not same or described.passage is passage or _tells(described.text, candidate, written):
                continue
            text = _replaced(candidate.text, written, described.text)
            if described.text in text and len(text.split()) <= _MOST_WORDS:
                places = described.passage.evidence, candidate.evidence
                question = Question(text=text, kind="several-hop", answers=candidate.answers, evidence=places)
                yield question, described.asked


def _replaced(text: str, name: str, described: str) -> str:
    pattern = rf"(?:\bthe |\b(?:Mr|Mrs|Ms|Dr|Sir) )?\b{re.escape(name)}(?![\w'\u2019-])"
    return re.sub(pattern, described.replace("\\", ""), text)


def _tells(described: str, candidate: Candidate, name: str) -> bool:
    """Say whether the description holds the answer, or stands in the question already."""
    words = set(analyse(described)) - _FILLERS
    asked = set(analyse(candidate.text.replace(name, " ")))
    return len(words & asked) > 1 or bool(words & set(analyse(candidate.answer)))


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened in a known year.

    Attributes:
        text: As a gerund, such as "Robert Redford founding Sundance".
        year: When.
        candidate: The question for its date.
    """

    text: str
    year: int
    candidate: Candidate


def compare_dates(
    candidates: Iterable[Candidate], confirm: Callable[[Candidate], bool]
) -> Iterator[Question]:
    """Yield which of two dated events came first; each event is used once."""
    events = [event for candidate in candidates for event in _describe_event(candidate)]
    waiting: list[Event] = []
    for event in sorted(events, key=lambda event: event.candidate.passage.document.title):
        if not confirm(event.candidate):
            continue
        other = next((one for one in waiting if one.year != event.year), None)
        if other is None:
            waiting.append(event)
        else:
            waiting.remove(other)
            yield _which_first(other, event)


def _describe_event(candidate: Candidate) -> Iterator[Event]:
    """Yield the event whose date a question asks for."""
    clause = read_clause(candidate.passage.parsed)
    years = re.findall(r"\b(?:1\d|20)\d\d\b", candidate.answer)
    match = re.fullmatch(r"When (did|was|were) (.+)\?", candidate.text)
    if clause is None or match is None or len(years) != 1 or candidate.lead:
        return
    who, _, what = match[2].partition(clause.subject_text + " ")
    if who or not what or clause.lemma == "be":
        return
    if match[1] != "did":
        text = f"{clause.subject_text} being {what}"
    elif what.startswith(f"{clause.lemma} ") or what == clause.lemma:
        text = f"{clause.subject_text} {gerund(clause.lemma)}{what.removeprefix(clause.lemma)}"
    else:
        return
    if len(text.split()) <= _MOST_EVENT_WORDS:
        yield Event(text=text, year=int(years[0]), candidate=candidate)


def _which_first(event: Event, other: Event) -> Question:
    """Return the question which of two events came first."""
    earlier = min(event, other, key=lambda one: one.year)
    return Question(
        text=f"Which came first: {event.text} or {other.text}?",
        kind="several-hop",
        answers=(earlier.text,),
        evidence=(event.candidate.evidence, other.candidate.evidence),
    )


def gerund(lemma: str) -> str:
    """Return the -ing form of a verb."""
    if lemma.endswith("ie"):
        return lemma[:-2] + "ying"
    if re.search(r"[^eoy]e$", lemma):
        return lemma[:-1] + "ing"
    short = re.fullmatch(r"[^aeiou]*[aeiou][bdglmnprt]", lemma)
    return lemma + lemma[-1] + "ing" if short or lemma in _DOUBLED else lemma + "ing"


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
    for best, word in (
        (max(figures), "most" if many else "highest"),
        (min(figures), "fewest" if many else "lowest"),
    ):
        rows = [row for row, figure in zip(table.rows, figures, strict=True) if figure == best]
        if len(rows) == 1:
            yield Question(
                text=f"Which {thing} {table.place} has the {word} {name}?",
                kind="several-hop",
                answers=(rows[0].cells[label],),
                evidence=tuple(row.evidence for row in table.rows),
            )
