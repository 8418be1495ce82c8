"""Metrics that ask a model: token vectors of the embedded encoder, probabilities of the chat model.

Figures of different models do not compare.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from functools import partial

from vademecum.errors import LimitError
from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair, Vectors
from vademecum.models.onnx import map_in_pool


def match_tokens(found: Vectors, wanted: Vectors) -> tuple[float, float, float]:
    """Return precision, recall and F1 of greedily matched tokens, each -1 to 1; 0 without tokens.

    Args:
        found: Unit vectors of the text's tokens, [tokens, dim].
        wanted: Unit vectors of the reference's tokens, [tokens, dim].

    Source: Zhang et al. 2020, "BERTScore", without idf weights and without baseline rescaling.
    """
    if not len(found) or not len(wanted):
        return 0.0, 0.0, 0.0
    similar = found @ wanted.T  # [found, wanted]
    precision, recall = float(similar.max(axis=1).mean()), float(similar.max(axis=0).mean())
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both > 0 else 0.0


def _best_match(tools: MetricTools, pair: Pair) -> tuple[float, float, float] | None:
    references = pair.written_references
    if not references:
        return None
    found = tools.embed_tokens(pair.prediction)
    return max((match_tokens(found, tools.embed_tokens(one)) for one in references), key=lambda got: got[2])


def _bertscore(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    matched = map_in_pool(partial(_best_match, tools), pairs)
    scored = [got for got in matched if got is not None]
    note = ""
    if scored:
        precision, recall = (statistics.fmean(got[part] for got in scored) for part in (0, 1))
        note = f"Precision {precision:.4f}, recall {recall:.4f}."
    return Measured.mean_of((got[2] if got else None for got in matched), note=note)


def _perplexity(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    items: list[float | None] = []
    total, count, too_long = 0.0, 0, 0
    for pair in pairs:
        try:
            log_probability, tokens = tools.log_likelihood(pair.prediction)
        except LimitError:
            log_probability, tokens = 0.0, 0
            too_long += 1
        items.append(math.exp(-log_probability / tokens) if tokens else None)
        total, count = total + log_probability, count + tokens
    note = f"{too_long} texts are longer than the chat model can read." if too_long else ""
    return Measured(value=math.exp(-total / count) if count else None, items=tuple(items), note=note)


BERTSCORE = Metric(
    name="bertscore",
    about="F1 of greedily matched token vectors of the embedded encoder, best reference, -1 to 1, "
    "no idf (Zhang et al. 2020).",
    better="higher",
    references=True,
    measure=_bertscore,
)
PERPLEXITY = Metric(
    name="perplexity",
    about="How surprised the embedded chat model is by a token of the texts, 1 upwards.",
    better="lower",
    references=False,
    measure=_perplexity,
)
