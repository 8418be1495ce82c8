"""How well labels were guessed. Plain functions of two sequences of labels in the same order.

Use: `f1_macro(["cat", "dog"], ["cat", "cat"])`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics as sklearn_metrics

from vademecum.errors import InputError

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


def _check(truth: Sequence[Label], guessed: Sequence[Label]) -> None:
    if len(truth) != len(guessed) or not truth:
        raise InputError(
            f"{len(truth)} true and {len(guessed)} guessed labels were given. "
            "Both need the same number of them, at least one."
        )
    if len({type(label) for label in (*truth, *guessed)}) > 1:
        raise InputError("The labels mix texts and numbers. Give labels of one kind.")
