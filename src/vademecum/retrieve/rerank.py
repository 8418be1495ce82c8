"""Let the cross-encoder read the best candidates, and believe it as far as it tells them apart.

The level of its logits says little about whether it is right (on collections where it helps and
where it hurts the best logits are alike); how far one candidate stands out says a lot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vademecum.config import RetrieveConfig
from vademecum.stores.protocols import Index, Rows, Scores
from vademecum.text.analyse import analyse
from vademecum.text.window import best_window

ScorePairs = Callable[[str, Sequence[str]], Sequence[float]]
"""The cross-encoder: one logit a passage."""

SETTLED_SHARE = 0.9
"""Share of the best candidate at which reading more is a waste."""

POWER = 3
"""Sharpens the shares: above 1 it silences lists without a clear winner."""

TEMPERATURE = 1.5
"""Divides the logits before they become shares."""


def rerank(
    query: str,
    rows: Rows,
    scores: Scores,
    *,
    index: Index,
    score_pairs: ScorePairs,
    config: RetrieveConfig,
) -> tuple[Rows, Scores, Scores]:
    """Reorder fused candidates by what the cross-encoder says of the first ones.

    Args:
        query: The question.
        rows: Candidates, best first.
        scores: Their fused scores in deviations.
        index: Gives their passages.
        score_pairs: The cross-encoder.
        config: How many candidates it reads, how much of each, and what that may change.

    Returns:
        Rows and scores in the new order, and the logits of the first candidates in the old one.
    """
    terms = analyse(query)
    weights = index.term_weights(terms)
    first = (config.rerank_pairs + 1) // 2
    passages = [
        _shortened(context, text, terms, weights, max_words=config.rerank_words)
        for context, text in index.passages(rows[: config.rerank_pairs])
    ]
    logits = np.asarray(score_pairs(query, passages[:first]), dtype=np.float32)
    if len(passages) > first and _shares(logits).max() <= SETTLED_SHARE:
        rest = score_pairs(query, passages[first:])
        logits = np.concatenate([logits, np.asarray(rest, dtype=np.float32)])
    blended = blend(scores, logits, weight=config.rerank_weight)
    order = np.argsort(-blended, kind="stable")
    return rows[order], blended[order], logits


def figures(logits: Scores) -> dict[str, Any]:
    """Return what a trace tells of the reading."""
    return {
        "pairs": int(logits.size),
        "best_logit": round(float(logits.max()), 3),
        "best_share": round(float(_shares(logits).max()), 3),
    }


def blend(scores: Scores, logits: Scores, *, weight: float) -> Scores:
    """Add the cross-encoder's evidence to fused scores.

    The logits become shares by a softmax: a candidate that stands out alone gains up to `weight`,
    candidates that look alike gain next to nothing, so that a list the model cannot tell apart
    keeps its order.

    Args:
        scores: Fused scores in deviations, float32 [candidates].
        logits: Logits of the first candidates, float32 [pairs], pairs <= candidates.
        weight: Most a candidate can gain, in deviations.

    Returns:
        New scores in the order given.
    """
    blended = scores.copy()
    blended[: logits.size] += weight * _shares(logits) ** POWER
    return blended


def _shares(logits: Scores) -> Scores:
    raised: Scores = np.exp((logits - logits.max()) / TEMPERATURE)
    shares: Scores = raised / raised.sum()
    return shares


def _shortened(
    context: str, text: str, terms: Sequence[str], weights: dict[str, float], *, max_words: int
) -> str:
    """Return the part of a passage that speaks of the question, under its context."""
    title = context.split()[: max_words // 3]
    window = best_window(text, terms=terms, weights=weights, max_words=max_words - len(title))
    return f"{' '.join(title)}\n{window}" if title else window
