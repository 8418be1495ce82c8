"""Two rankings into one, by evidence on a common scale."""

from __future__ import annotations

import numpy as np

from vademecum.stores.protocols import Leg, Rows, Scores

_LOWEST = -4.0
"""Deviations below which nothing falls: a leg with a single hit has no spread to measure by."""


def fuse(dense: Leg | None, lexical: Leg | None, *, dense_weight: float) -> tuple[Rows, Scores]:
    """Mix the proposals of two legs into one ranking.

    Each proposal gets both legs' scores, each on the scale of its leg's own proposals (mean 0,
    deviation 1), and their weighted mean. A leg that is off or proposes nothing has no say.

    Args:
        dense: Proposals by meaning; None when switched off.
        lexical: Proposals by words; None when switched off.
        dense_weight: Share of the dense leg in the fused score, in [0, 1].

    Returns:
        Rows of every proposal and their fused scores in deviations, by descending score, ties by
        row. Both are empty when no leg proposes anything.
    """
    legs = [
        (leg, weight)
        for leg, weight in ((dense, dense_weight), (lexical, 1 - dense_weight))
        if leg is not None and leg.rows.size
    ]
    rows = np.unique(np.concatenate([leg.rows for leg, _ in legs] or [np.empty(0, dtype=np.int64)]))
    fused = np.zeros(rows.size, dtype=np.float32)
    for leg, weight in legs:
        fused += weight * _standard(leg, rows)
    order = np.argsort(-fused, kind="stable")
    return rows[order], fused[order]


def _standard(leg: Leg, rows: Rows) -> Scores:
    """Return the leg's scores of `rows` in deviations of its own proposals."""
    scores = leg.at(rows)
    known = np.where(np.isfinite(scores), scores, leg.scores.min())
    scaled: Scores = (known - leg.scores.mean()) / max(float(leg.scores.std()), 1e-6)
    return np.maximum(scaled, np.float32(_LOWEST))
