"""Mines negatives: passages that look like an answer to a query and are none.

A query's nearest passages are read by the cross-encoder beside its own one; those it finds as good, within
`MARGIN`, are taken for answers nobody marked and are left out.

Use: `mine_negatives(pairs, embedder=embedder, score=encoder.score, count=4).rows`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vademecum.generate.protocols import ScorePairs
from vademecum.models.embed import Embedder, Vector
from vademecum.models.onnx import map_in_pool
from vademecum.train.datasets.pairs import passages_of
from vademecum.values import PairExample, Split

MARGIN = 3.0
"""Logits by which a negative must stay below the query's own passage."""
_LOOKED_AT = 3
OnMined = Callable[[int, int], None]
"""Told (done, of) queries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mined:
    """Pairs with negatives.

    Attributes:
        rows: By split, in their order; a pair with no near passage keeps an empty tuple.
        vectors: Unit vector of every query and passage, float32 [dim], by its text.
        false_negatives: Near passages that were left out because they seem to answer.
    """

    rows: Mapping[Split, Sequence[PairExample]]
    vectors: Mapping[str, Vector]
    false_negatives: int


def mine_negatives(
    pairs: Mapping[Split, Sequence[PairExample]],
    *,
    embedder: Embedder,
    score: ScorePairs,
    count: int,
    on_mined: OnMined | None = None,
) -> Mined:
    """Return the pairs with up to `count` negatives each, those they brought first.

    Splits are mined apart: what is held out is never seen as a negative in training.

    Args:
        pairs: By split.
        embedder: Finds what is near.
        score: Cross-encoder that tells answers from what is only near.
        count: Negatives of a pair.
        on_mined: Told how far it is.
    """
    everything = [row for rows in pairs.values() for row in rows]
    vectors = _vectors(everything, embedder)
    mined: dict[Split, list[PairExample]] = {}
    done = left_out = 0
    for split, rows in pairs.items():
        answers: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            answers[row.query].add(row.positive)
        passages = passages_of(rows)
        matrix = np.stack([vectors[text] for text in passages]) if passages else np.zeros((0, 1), np.float32)
        mined[split] = []
        for row in rows:
            near = _nearest(vectors[row.query], matrix, passages, count * _LOOKED_AT, skip=answers[row.query])
            own, *logits = score(row.query, [row.positive, *near])
            apart = [text for text, logit in zip(near, logits, strict=True) if logit < own - MARGIN]
            left_out += len(near) - len(apart)
            negatives = tuple(dict.fromkeys([*row.negatives, *apart]))[:count]
            mined[split].append(replace(row, negatives=negatives))
            done += 1
            if on_mined is not None:
                on_mined(done, len(everything))
    return Mined(rows=mined, vectors=vectors, false_negatives=left_out)


def _vectors(rows: Sequence[PairExample], embedder: Embedder) -> dict[str, Vector]:
    queries = list(dict.fromkeys(row.query for row in rows))
    passages = passages_of(rows)
    found = dict(zip(passages, map_in_pool(embedder.embed_passage, passages), strict=True))
    found.update(zip(queries, map_in_pool(embedder.embed_query, queries), strict=True))
    return found


def _nearest(
    query: Vector, matrix: NDArray[np.float32], passages: Sequence[str], count: int, *, skip: set[str]
) -> list[str]:
    """Return the passages nearest to a query that do not answer it."""
    order = np.argsort(-(matrix @ query), kind="stable")[: count + len(skip)]
    return [passages[index] for index in order if passages[index] not in skip][:count]
