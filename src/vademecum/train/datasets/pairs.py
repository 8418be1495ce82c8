"""Questions as pairs of query and passage, for embedders and rerankers.

Use: `pairs_of(examples)`.
"""

from __future__ import annotations

import random
from collections.abc import Iterable

from vademecum.values import PairExample, QuestionExample

_LEAST_LEFT = 8
"""Words below which a passage is shown whole."""


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


def hidden_passages(pairs: Iterable[PairExample], *, share: float, seed: int) -> dict[str, str]:
    """Return what is shown of passages that hold their query word for word: what stands around it.

    Made queries do; who always finds them by their words learns nothing else.

    Args:
        pairs: To be learned from.
        share: How many of the passages are not shown whole, in [0, 1].
        seed: Draws them.
    """
    chance = random.Random(seed)
    shown = {}
    for pair in pairs:
        before, found, after = " ".join(pair.positive.split()).partition(" ".join(pair.query.split()))
        enough = len(before.split()) + len(after.split()) >= _LEAST_LEFT
        if chance.random() < share and found and enough:
            shown[pair.positive] = before + after
    return shown
