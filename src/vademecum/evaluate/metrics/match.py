"""How near a short answer is to an accepted one: equal, sharing words, holding it, edits away."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair
from vademecum.text.short_answer import normal_answer, token_f1


def _fold(text: str) -> str:
    return " ".join(text.casefold().split())


def _exact_match(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    return Measured.mean_of(
        float(any(normal_answer(pair.prediction) == normal_answer(one) for one in pair.references))
        for pair in pairs
    )


def _f1(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    return Measured.mean_of(
        max((token_f1(pair.prediction, one) for one in pair.references), default=None) for pair in pairs
    )


def _contains(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    return Measured.mean_of(
        max((float(_fold(one) in _fold(pair.prediction)) for one in pair.written_references), default=None)
        for pair in pairs
    )


def _edit_distance(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    return Measured.mean_of(
        min((Levenshtein.normalized_distance(pair.prediction, one) for one in pair.references), default=None)
        for pair in pairs
    )


EXACT_MATCH = Metric(
    name="exact-match",
    about="Share of answers equal to an accepted one after normalisation, 0 to 1 (SQuAD).",
    better="higher",
    references=True,
    measure=_exact_match,
)
F1 = Metric(
    name="f1",
    about="F1 of the words shared with the nearest accepted answer, 0 to 1 (SQuAD).",
    better="higher",
    references=True,
    measure=_f1,
)
CONTAINS = Metric(
    name="contains",
    about="Share of texts in which an accepted answer occurs, case and spaces folded, 0 to 1.",
    better="higher",
    references=True,
    measure=_contains,
)
EDIT_DISTANCE = Metric(
    name="edit-distance",
    about="Levenshtein distance to the nearest reference over the longer length, 0 equal to 1 (rapidfuzz).",
    better="lower",
    references=True,
    measure=_edit_distance,
)
