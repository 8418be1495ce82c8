"""The questions of each kind as streams, made and checked only as far as they are drawn.

Owns the wiring of the kinds, and that no stream asks one document too often.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.cells import CellQuestions, is_person
from vademecum.evaluate.make.counts import count_items, count_mentions, count_rows
from vademecum.evaluate.make.factual import ask_facts
from vademecum.evaluate.make.follow_up import ask_pronouns, ask_when, follow
from vademecum.evaluate.make.hops import Description, bridge, compare_dates, compare_rows, describe
from vademecum.evaluate.make.judge import Judge
from vademecum.evaluate.make.names import Mentions, Names
from vademecum.evaluate.make.passage import Passage, read_passages
from vademecum.evaluate.make.reader import Reader
from vademecum.evaluate.make.roles import Role, ask_role, find_roles
from vademecum.evaluate.make.tables import Table, noun_columns, read_tables, spoken
from vademecum.evaluate.make.unanswerable import ask_attributes, swap_names
from vademecum.text.parsed import Parse
from vademecum.values import Document, Question
from vademecum.values.question import QuestionKind

T = TypeVar("T")

_SENTENCES_A_QUESTION = 60
_LEAST_SENTENCES = 1500
_MOST_OF_A_TABLE = 4
_UNANSWERED_LOGIT = 1.0
"""The cross-encoder must say less than this of anything found for a question without an answer."""
_SWAP_LOGITS = 2.0
"""A question with another name must fall this far below the one that is answered."""
_SWAPS_TRIED = 3
_MENTIONS_SHARE = 10


class Pools:
    """Streams of checked questions over one collection.

    Args:
        documents: The collection, in the order questions are drawn.
        count: How many questions are wanted; bounds how much is parsed.
        parse: Parses sentences.
        judge: Checks with search and cross-encoder.
        seed: Orders what is drawn.
    """

    def __init__(
        self, documents: Sequence[Document], *, count: int, parse: Parse, judge: Judge, seed: int
    ) -> None:
        self._documents = documents
        self._count_wanted = count
        self._limit = max(_LEAST_SENTENCES, _SENTENCES_A_QUESTION * count)
        self._parse = parse
        self._judge = judge
        self._seed = seed
        self._confirmed: dict[str, Candidate | None] = {}

    def by_kind(self, kinds: Sequence[QuestionKind]) -> dict[QuestionKind, Iterator[Question]]:
        """Return the stream of each kind."""
        makers: dict[QuestionKind, Callable[[], Iterator[Question]]] = {
            "factual": self._factual,
            "several-hop": self._several_hop,
            "table": self._table,
            "count": self._count,
            "unanswerable": self._unanswerable,
            "follow-up": self._follow_up,
        }
        return {kind: makers[kind]() for kind in kinds}

    @cached_property
    def _passages(self) -> list[Passage]:
        return read_passages(self._documents, parse=self._parse, limit=self._limit)

    @cached_property
    def _roles(self) -> list[Role]:
        return find_roles(self._passages)

    @cached_property
    def _tables(self) -> list[Table]:
        return [table for document in self._documents for table in read_tables(document)]

    @cached_property
    def _asked(self) -> frozenset[str]:
        return noun_columns(self._tables, self._parse)

    @cached_property
    def _cells(self) -> CellQuestions:
        return CellQuestions(asked=self._asked, documents=self._documents)

    @cached_property
    def _mentions(self) -> Mentions:
        return Mentions(self._documents)

    @cached_property
    def _names(self) -> Names:
        return Names(self._passages, seed=self._seed)

    @cached_property
    def _reader(self) -> Reader:
        return Reader(self._documents)

    @cached_property
    def _pronouns(self) -> list[Candidate]:
        """Return what may be asked of sentences that begin with a pronoun."""
        kept = [candidate for one in ask_pronouns(self._passages) if (candidate := self._reader.read(one))]
        self._shuffle(kept)
        return kept

    @cached_property
    def _descriptions(self) -> dict[str, list[Description]]:
        """Return what may stand for names, by their last words."""
        offices = [(role, next(ask_role(role))) for role in self._roles]
        return describe(offices, self._candidates)

    @cached_property
    def _candidates(self) -> list[Candidate]:
        """Return what reads well, documents in turn."""
        made = [candidate for passage in self._passages for candidate in ask_facts(passage)]
        made += [candidate for role in self._roles for candidate in ask_role(role)]
        kept = [candidate for one in made if (candidate := self._reader.read(one))]
        self._shuffle(kept)
        return _in_turn(kept, lambda candidate: candidate.passage.document.id)

    def _confirm(self, candidate: Candidate) -> Candidate | None:
        if candidate.text not in self._confirmed:
            self._confirmed[candidate.text] = self._judge.confirm(candidate)
        return self._confirmed[candidate.text]

    def _factual(self) -> Iterator[Question]:
        used: set[tuple[str, int]] = set()
        for candidate in self._candidates:
            if candidate.place not in used and (confirmed := self._confirm(candidate)):
                used.add(candidate.place)
                yield Question(
                    text=confirmed.text,
                    kind="factual",
                    answers=confirmed.answers,
                    evidence=(confirmed.evidence,),
                )

    def _several_hop(self) -> Iterator[Question]:
        yield from _alternating(self._bridges(), self._comparisons(), self._dates())

    def _bridges(self) -> Iterator[Question]:
        used: set[tuple[str, int]] = set()
        for candidate in self._candidates:
            for question, asked in bridge(candidate, self._descriptions):
                fresh = not {candidate.place, asked.place} & used
                if fresh and self._confirm(candidate) and self._confirm(asked):
                    used |= {candidate.place, asked.place}
                    yield question
                    break

    def _dates(self) -> Iterator[Question]:
        """Yield which of two dated events came first; each event is used once."""
        yield from compare_dates(self._candidates, lambda candidate: self._confirm(candidate) is not None)

    def _comparisons(self) -> Iterator[Question]:
        yield from self._of_tables(lambda table: compare_rows(table, self._cells, asked=self._asked))

    def _table(self) -> Iterator[Question]:
        yield from self._of_tables(self._cells.ask)

    def _count(self) -> Iterator[Question]:
        lists = list(count_items(self._documents))
        self._shuffle(lists)
        yield from _alternating(
            self._of_tables(lambda table: count_rows(table, asked=self._asked)),
            iter(lists),
            self._mentioned(),
        )

    def _mentioned(self) -> Iterator[Question]:
        names = [name for name, type_ in self._names if type_ != "GPE"]
        self._shuffle(names)
        most = max(self._count_wanted // _MENTIONS_SHARE, 1)
        yield from itertools.islice(count_mentions(self._documents, names), most)

    def _of_tables(self, ask: Callable[[Table], Iterable[Question]]) -> Iterator[Question]:
        """Yield the questions of tables in turn."""
        asked: list[tuple[int, Question]] = []
        for number, table in enumerate(self._tables):
            asked += [(number, question) for question in ask(table)]
        self._shuffle(asked)
        yield from (question for _, question in _in_turn(asked, lambda pair: str(pair[0])))

    def _follow_up(self) -> Iterator[Question]:
        yield from _alternating(self._followed_sentences(), self._of_tables(self._cells.follow))

    def _followed_sentences(self) -> Iterator[Question]:
        near: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in self._candidates:
            near[candidate.passage.document.id].append(candidate)
        used: set[tuple[str, int]] = set()
        for second in (*self._pronouns, *self._candidates):
            for first in near[second.passage.document.id]:
                question = next(itertools.chain(follow(first, second), ask_when(first, second)), None)
                if question is None or second.place in used:
                    continue
                if self._confirm(first) and self._confirm(second):
                    used.add(second.place)
                    yield question
                    break

    def _unanswerable(self) -> Iterator[Question]:
        yield from _alternating(self._swapped(), self._attributes(), self._absent())

    def _absent(self) -> Iterator[Question]:
        """Yield questions for cells that no table has; one for each row that is asked for."""
        found = list(dict.fromkeys(self._cells.absent(self._tables)))
        self._shuffle(found)
        for text in _in_turn(found, lambda text: text.split(" of ")[0]):
            yield Question(text=text, kind="unanswerable")

    def _swapped(self) -> Iterator[Question]:
        """Yield questions about another name than the one the documents answer them for."""
        used: set[str] = set()
        for candidate in self._candidates:
            confirmed = self._confirm(candidate)
            if confirmed is None:
                continue
            near = self._judge.near(candidate.text)
            swaps = swap_names(candidate, self._names, near=near, mentions=self._mentions)
            for swapped in itertools.islice(swaps, _SWAPS_TRIED):
                far = confirmed.logit - _SWAP_LOGITS
                if swapped.text not in used and self._judge.best(swapped.text) < far:
                    used.add(swapped.text)
                    yield Question(text=swapped.text, kind="unanswerable")
                    break

    def _attributes(self) -> Iterator[Question]:
        """Yield questions for what no text around a name tells of it, every kind of them in turn."""
        known = dict.fromkeys(self._names, "")
        known |= {
            (row.cells[table.label], "PERSON"): " ".join(table.columns)
            for table in self._tables
            if table.label is not None and is_person(spoken(table.columns[table.label]))
            for row in table.rows
        }
        found = [
            (attribute.question, name)
            for (name, type_), beside in known.items()
            for attribute in ask_attributes(name, type_, self._mentions, beside=beside)
        ]
        self._shuffle(found)
        used: set[str] = set()
        for question, name in _in_turn(found, lambda pair: pair[0]):
            text = question.format(name)
            if name not in used and self._judge.best(text) < _UNANSWERED_LOGIT:
                used.add(name)
                yield Question(text=text, kind="unanswerable")

    def _shuffle(self, items: list[T]) -> None:
        random.Random(self._seed).shuffle(items)


def _in_turn(items: Sequence[T], key: Callable[[T], str]) -> list[T]:
    """Return the first item of each group, then the second, and so on."""
    turns: Counter[str] = Counter()
    order = []
    for at, item in enumerate(items):
        turns[key(item)] += 1
        order.append((turns[key(item)], at))
    return [items[at] for _, at in sorted(order)]


def _alternating(*streams: Iterator[Question]) -> Iterator[Question]:
    """Yield from each stream in turn until all are empty."""
    open_streams = list(streams)
    while open_streams:
        for stream in list(open_streams):
            question = next(stream, None)
            if question is None:
                open_streams.remove(stream)
            else:
                yield question
