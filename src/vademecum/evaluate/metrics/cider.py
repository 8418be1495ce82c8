"""CIDEr-D: agreement with several references in the words that matter.

Weights come from the references given, so figures of different sets do not compare.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from vademecum.evaluate.metrics.words import ngrams, words
from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair

_Grams: TypeAlias = Counter[tuple[str, ...]]
_Weights: TypeAlias = dict[tuple[str, ...], float]

_ORDERS = (1, 2, 3, 4)
_SIGMA = 6.0
_SCALE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vector:
    """A text as tf-idf weights of its n-grams.

    Attributes:
        weights: One table an order, 1 to 4.
        norms: Their Euclidean lengths.
        length: How many bigrams the text has; the penalty compares these.
    """

    weights: list[_Weights]
    norms: list[float]
    length: int


def _count(tokens: Sequence[str]) -> _Grams:
    return Counter(gram for n in _ORDERS for gram in ngrams(tokens, n))


def _vector(grams: _Grams, documents: _Grams, log_total: float) -> _Vector:
    weights: list[_Weights] = [{} for _ in _ORDERS]
    for gram, count in grams.items():
        weights[len(gram) - 1][gram] = count * (log_total - math.log(max(1, documents[gram])))
    norms = [math.sqrt(sum(weight * weight for weight in table.values())) for table in weights]
    length = sum(count for gram, count in grams.items() if len(gram) == 2)
    return _Vector(weights=weights, norms=norms, length=length)


def _similarity(found: _Vector, wanted: _Vector) -> float:
    """Return the mean clipped cosine over the orders, less for texts of unlike length."""
    total = 0.0
    for order in range(len(_ORDERS)):
        norm = found.norms[order] * wanted.norms[order]
        if norm:
            goal = wanted.weights[order]
            shared = (
                min(weight, goal[gram]) * goal[gram]
                for gram, weight in found.weights[order].items()
                if gram in goal
            )
            total += sum(shared) / norm
    penalty = math.exp(-((found.length - wanted.length) ** 2) / (2 * _SIGMA**2))
    return penalty * total / len(_ORDERS)


def cider_d(
    predictions: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]
) -> list[float]:
    """Return CIDEr-D of each prediction, 0 to 10.

    Args:
        predictions: Tokens of each text.
        references: Tokens of each reference of each text; at least one a text.

    Source: Vedantam et al. 2015; the constants are those of pycocoevalcap.
    """
    counted = [[_count(one) for one in given] for given in references]
    documents = Counter(gram for given in counted for gram in set().union(*given))
    log_total = math.log(len(references))
    scores = []
    for tokens, given in zip(predictions, counted, strict=True):
        found = _vector(_count(tokens), documents, log_total)
        near = [_similarity(found, _vector(one, documents, log_total)) for one in given]
        scores.append(_SCALE * sum(near) / len(near))
    return scores


def _cider(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    items: list[float | None] = [None] * len(pairs)
    scored = [number for number, pair in enumerate(pairs) if pair.written_references]
    if len(scored) < 2:
        return Measured.mean_of(items, note="CIDEr weighs words by how many pairs hold them: it needs two.")
    scores = cider_d(
        [words(pairs[number].prediction) for number in scored],
        [[words(one) for one in pairs[number].written_references] for number in scored],
    )
    for number, score in zip(scored, scores, strict=True):
        items[number] = score
    return Measured.mean_of(items)


CIDER = Metric(
    name="cider",
    about="CIDEr-D, tf-idf from the references given, 0 to 10 (Vedantam et al. 2015).",
    better="higher",
    references=True,
    measure=_cider,
)
