"""What a trace tells of the passages a search looked at: where each stood after every step.

Owns no decision; it only writes down those of `fuse.py` and `rerank.py`. Texts are left out: who looks at a
trace later reads them under their own name.
Use: `found["passages"] = told_passages(hits_by_row, ...)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vademecum.stores.protocols import Leg, Rows, Scores
from vademecum.values import Hit

PASSAGES_TOLD = 10
"""Passages that are told of the order before the reranker, and of the one after it."""


def rows_told(fused: Rows, final: Rows) -> list[int]:
    """Return the rows a trace tells of: the first after everything, then the first before the reranker."""
    return list(dict.fromkeys([*final[:PASSAGES_TOLD].tolist(), *fused[:PASSAGES_TOLD].tolist()]))


def told_passages(
    hits: Mapping[int, Hit],
    *,
    dense: Leg | None,
    lexical: Leg | None,
    fused: tuple[Rows, Scores],
    logits: Scores,
    final: tuple[Rows, Scores],
    top_k: int,
) -> list[dict[str, Any]]:
    """Return where each passage stood, in the order of `hits`.

    Args:
        hits: The passages by row.
        dense: Proposals by meaning.
        lexical: Proposals by words.
        fused: Rows and scores before the reranker.
        logits: What the reranker said of the first of them.
        final: Rows and scores after it.
        top_k: How many of those are kept.

    Returns:
        Ids and offsets of each; rank (from 1) and score of each step, or None where it did not propose or
        read the passage; `rank` is None where the best passage of a document stands for it.
    """
    told = []
    for row, hit in hits.items():
        before, after = _standing(*fused, row), _standing(*final, row)
        read = before is not None and before[0] <= logits.size
        told.append(
            {
                "chunk": hit.id,
                "document": hit.document_id,
                "start": hit.start,
                "end": hit.end,
                "dense": _standing(dense.rows, dense.scores, row) if dense else None,
                "lexical": _standing(lexical.rows, lexical.scores, row) if lexical else None,
                "fused": before,
                "logit": round(float(logits[before[0] - 1]), 3) if before and read else None,
                "rank": after[0] if after else None,
                "score": after[1] if after else None,
                "kept": after is not None and after[0] <= top_k,
            }
        )
    return told


def _standing(rows: Rows, scores: Sequence[float] | Scores, row: int) -> tuple[int, float] | None:
    """Return the rank, from 1, and the score of a row; None where it is not among the rows."""
    (found,) = np.nonzero(rows == row)
    return (int(found[0]) + 1, round(float(scores[found[0]]), 4)) if found.size else None
