"""Makes a question set from documents: a share of each kind, checked, the same for the same seed.

Owns the order and the shares; what is asked belongs to the kinds.
Use: `make_questions(documents, count=100, nlp=parser.parse, score_pairs=encoder.score, search=search)`.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vademecum.evaluate.make.judge import Judge, ScorePairs, Search
from vademecum.evaluate.make.pools import Pools
from vademecum.text.parsed import Parse
from vademecum.values import Document, Question
from vademecum.values.question import KINDS, QuestionKind

OnProgress = Callable[[int, int], None]
"""Called with the questions made so far and those wanted."""

SHARES: Mapping[QuestionKind, float] = MappingProxyType(
    {
        "factual": 0.34,
        "several-hop": 0.14,
        "table": 0.16,
        "count": 0.1,
        "unanswerable": 0.16,
        "follow-up": 0.1,
    }
)
"""Share of each kind in a set; what the documents cannot give goes to the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeQuestions:
    """Questions and what is missing.

    Attributes:
        questions: By kind, in the order of `KINDS`.
        notes: What the documents could not give, in words; empty when every share is full.
    """

    questions: tuple[Question, ...]
    notes: tuple[str, ...] = ()


def make_questions(
    documents: Iterable[Document],
    *,
    count: int,
    nlp: Parse,
    score_pairs: ScorePairs,
    search: Search,
    seed: int = 0,
    kinds: Sequence[QuestionKind] | None = None,
    on_progress: OnProgress | None = None,
) -> MadeQuestions:
    """Return questions of several kinds with their answers and evidence.

    Args:
        documents: What is asked about; all that `search` knows, for a question without an answer
            is one that none of them answers.
        count: How many questions to make at most.
        nlp: Parses sentences.
        score_pairs: The cross-encoder: one logit a passage.
        search: Passages for a question, best first.
        seed: Another one gives other questions.
        kinds: Which kinds; None for all.
        on_progress: Told after each question.

    Returns:
        At most `count` questions; fewer when the documents do not give more.
    """
    ordered = sorted(documents, key=lambda document: document.id)
    random.Random(seed).shuffle(ordered)
    judge = Judge(search=search, score_pairs=score_pairs)
    pools = Pools(ordered, count=count, parse=nlp, judge=judge, seed=seed)
    wanted = [kind for kind in KINDS if kinds is None or kind in kinds]
    quotas = _quotas(wanted, count)
    drawn = _draw(pools.by_kind(wanted), quotas, count, on_progress)
    drawn.sort(key=lambda question: KINDS.index(question.kind))
    return MadeQuestions(questions=tuple(drawn), notes=_notes(drawn, quotas, count))


def _quotas(kinds: Sequence[QuestionKind], count: int) -> dict[QuestionKind, int]:
    """Return how many questions of each kind make `count`, by largest remainder."""
    total = sum(SHARES[kind] for kind in kinds)
    exact = {kind: count * SHARES[kind] / total for kind in kinds}
    quotas = {kind: int(share) for kind, share in exact.items()}
    rest = sorted(kinds, key=lambda kind: quotas[kind] - exact[kind])
    for kind in rest[: count - sum(quotas.values())]:
        quotas[kind] += 1
    return quotas


def _draw(
    pools: Mapping[QuestionKind, Iterator[Question]],
    quotas: Mapping[QuestionKind, int],
    count: int,
    on_progress: OnProgress | None,
) -> list[Question]:
    """Take each kind's quota, then fill up from the kinds that have more."""
    fresh = _distinct(pools)
    drawn: list[Question] = []

    def take(kind: QuestionKind, most: int) -> None:
        for question in itertools.islice(fresh[kind], min(most, count - len(drawn))):
            drawn.append(question)
            if on_progress is not None:
                on_progress(len(drawn), count)

    for kind, quota in quotas.items():
        take(kind, quota)
    before = -1
    while before < len(drawn) < count:
        before = len(drawn)
        for kind in quotas:
            take(kind, 1)
    return drawn


def _distinct(pools: Mapping[QuestionKind, Iterator[Question]]) -> dict[QuestionKind, Iterator[Question]]:
    """Return the streams without questions that one of them has asked, be it as a follow-up."""
    seen: set[str] = set()

    def distinct(stream: Iterator[Question]) -> Iterator[Question]:
        for question in stream:
            key = (question.standing or question.text).casefold()
            if key not in seen:
                seen.add(key)
                yield question

    return {kind: distinct(stream) for kind, stream in pools.items()}


def _notes(drawn: Sequence[Question], quotas: Mapping[QuestionKind, int], count: int) -> tuple[str, ...]:
    found = Counter(question.kind for question in drawn)
    notes = [
        f"{kind}: {found[kind]} of {quota} wanted; the documents give no more."
        for kind, quota in quotas.items()
        if found[kind] < quota
    ]
    if len(drawn) < count:
        notes.append(f"{len(drawn)} of {count} questions in all.")
    return tuple(notes)
