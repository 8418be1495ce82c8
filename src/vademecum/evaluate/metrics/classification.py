"""How well labels were guessed. Plain functions of two sequences of labels in the same order.

Use: `f1_macro(["cat", "dog"], ["cat", "cat"])`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sklearn_metrics

from vademecum.errors import InputError
from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair

Label = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """How often each label was taken for each.

    Attributes:
        labels: All labels in ascending order.
        counts: Rows are true labels, columns guessed ones, int64 [labels, labels].
    """

    labels: tuple[Label, ...]
    counts: NDArray[np.int64]


def accuracy(truth: Sequence[Label], guessed: Sequence[Label]) -> float:
    """Return the share of labels guessed right, 0 to 1."""
    _check(truth, guessed)
    return float(sklearn_metrics.accuracy_score(truth, guessed))


def f1_macro(truth: Sequence[Label], guessed: Sequence[Label]) -> float:
    """Return the mean over labels of their F1, 0 to 1; every label counts alike, rare ones too."""
    _check(truth, guessed)
    return float(sklearn_metrics.f1_score(truth, guessed, average="macro", zero_division=0))


def f1_micro(truth: Sequence[Label], guessed: Sequence[Label]) -> float:
    """Return the F1 of all guesses together, 0 to 1; with one label a case it equals accuracy."""
    _check(truth, guessed)
    return float(sklearn_metrics.f1_score(truth, guessed, average="micro", zero_division=0))


def iou(truth: Sequence[Label], guessed: Sequence[Label]) -> float:
    """Return the mean over labels of intersection over union (Jaccard), 0 to 1."""
    _check(truth, guessed)
    return float(sklearn_metrics.jaccard_score(truth, guessed, average="macro", zero_division=0))


def confusion(truth: Sequence[Label], guessed: Sequence[Label]) -> Confusion:
    """Return how often each label was taken for each."""
    _check(truth, guessed)
    labels = tuple(sorted({*truth, *guessed}))
    counts = sklearn_metrics.confusion_matrix(truth, guessed, labels=list(labels))
    return Confusion(labels=labels, counts=np.asarray(counts, dtype=np.int64))


def _label_metric(name: str, about: str, figure: Callable[[list[str], list[str]], float]) -> Metric:
    """Return a figure of labels as a metric of texts: one label a line, the first reference is true."""

    def measure(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
        truth = [pair.references[0].strip() for pair in pairs]
        guessed = [pair.prediction.strip() for pair in pairs]
        items = tuple(float(one == other) for one, other in zip(truth, guessed, strict=True))
        return Measured(value=figure(truth, guessed), items=items)

    return Metric(name=name, about=about, better="higher", references=True, measure=measure)


ACCURACY = _label_metric("accuracy", "Share of labels guessed right, 0 to 1 (scikit-learn).", accuracy)
MACRO_F1 = _label_metric("macro-f1", "Mean F1 of the labels, rare ones count alike, 0 to 1.", f1_macro)
MICRO_F1 = _label_metric("micro-f1", "F1 of all labels together, 0 to 1 (scikit-learn).", f1_micro)
IOU = _label_metric("iou", "Mean intersection over union of the labels, 0 to 1 (Jaccard).", iou)


def _check(truth: Sequence[Label], guessed: Sequence[Label]) -> None:
    if len(truth) != len(guessed) or not truth:
        raise InputError(
            f"{len(truth)} true and {len(guessed)} guessed labels were given. "
            "Both need the same number of them, at least one."
        )
    if len({type(label) for label in (*truth, *guessed)}) > 1:
        raise InputError("The labels mix texts and numbers. Give labels of one kind.")
