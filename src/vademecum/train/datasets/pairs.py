"""Questions as pairs of query and passage, for embedders and rerankers.

Use: `pairs_of(examples)`.
"""

from __future__ import annotations

from collections.abc import Iterable

from vademecum.values import PairExample, QuestionExample


def pairs_of(questions: Iterable[QuestionExample]) -> list[PairExample]:
    """Return a pair for each question its passage answers; the others have no positive passage."""
    return [
        PairExample(
            id=example.id,
            group=example.group,
            query=example.question,
            positive=example.context,
            origin=example.origin,
        )
        for example in questions
        if example.answerable
    ]


def passages_of(pairs: Iterable[PairExample]) -> list[str]:
    """Return every passage of pairs once, negatives too."""
    return list(dict.fromkeys(text for pair in pairs for text in (pair.positive, *pair.negatives)))
