"""How good vectors of texts are: agreement with people, separation of groups, spread on the sphere.

Use: `sts_correlation(left, right, scores).spearman`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import pdist
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import davies_bouldin_score, silhouette_score

from vademecum.errors import InputError

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """Agreement of two rankings or scales, -1 to 1.

    Attributes:
        spearman: Of the ranks.
        pearson: Of the values.
    """

    spearman: float
    pearson: float


def sts_correlation(left: Vectors, right: Vectors, scores: Sequence[float]) -> Correlation:
    """Return how the cosines of paired vectors agree with people's scores.

    Args:
        left: Vectors of the first texts, [pairs, dim].
        right: Vectors of the second texts, [pairs, dim].
        scores: How alike people found them, any scale, [pairs].

    Raises:
        InputError: Shapes differ, or cosines or scores are all equal.
    """
    if left.shape != right.shape or len(left) != len(scores):
        raise InputError(
            f"left has the shape {left.shape}, right {right.shape}, and there are {len(scores)} scores. "
            "All three need the same number of pairs."
        )
    cosines = np.sum(_unit(left) * _unit(right), axis=1)  # [pairs]
    if len(scores) < 2 or np.ptp(cosines) == 0 or np.ptp(np.asarray(scores)) == 0:
        raise InputError(
            "There is no correlation of fewer than two or of equal values. Give differing pairs."
        )
    return Correlation(
        spearman=float(spearmanr(cosines, scores).statistic),
        pearson=float(pearsonr(cosines, scores).statistic),
    )


def silhouette(vectors: Vectors, labels: Sequence[str | int]) -> float:
    """Return how much nearer vectors are to their own group than to the next, by cosine, -1 to 1.

    Source: Rousseeuw 1987.
    """
    _check_groups(vectors, labels)
    return float(silhouette_score(vectors, labels, metric="cosine"))


def davies_bouldin(vectors: Vectors, labels: Sequence[str | int]) -> float:
    """Return how wide groups are compared with their distances (Euclidean), 0 upwards, lower is better.

    Source: Davies and Bouldin 1979.
    """
    _check_groups(vectors, labels)
    return float(davies_bouldin_score(vectors, labels))


def alignment(left: Vectors, right: Vectors, *, alpha: float = 2.0) -> float:
    """Return the mean distance of vectors that should be equal, to the power alpha; lower is better.

    Args:
        left: One text of each pair, [pairs, dim]; brought to unit length here.
        right: The other, [pairs, dim].
        alpha: The power.

    Source: Wang and Isola 2020.
    """
    if left.shape != right.shape or not len(left):
        raise InputError(
            f"left has the shape {left.shape} and right {right.shape}. They must be equal, not empty."
        )
    return float(np.mean(np.linalg.norm(_unit(left) - _unit(right), axis=1) ** alpha))


def uniformity(vectors: Vectors, *, t: float = 2.0) -> float:
    """Return how evenly vectors cover the sphere, 0 all equal down to below -3; lower is better.

    Memory grows with the square of the number of vectors: 5,000 take 100 MB.

    Source: Wang and Isola 2020: the logarithm of the mean Gaussian potential of all pairs.
    """
    if len(vectors) < 2:
        raise InputError(f"There are {len(vectors)} vectors. Uniformity needs at least two.")
    return float(np.log(np.mean(np.exp(-t * pdist(_unit(vectors), "sqeuclidean")))))


def _unit(vectors: Vectors) -> NDArray[np.float64]:
    wide = vectors.astype(np.float64)
    return np.asarray(wide / np.linalg.norm(wide, axis=1, keepdims=True))


def _check_groups(vectors: Vectors, labels: Sequence[str | int]) -> None:
    groups = len(set(labels))
    if len(vectors) != len(labels) or not 2 <= groups < len(vectors):
        raise InputError(
            f"There are {len(vectors)} vectors, {len(labels)} labels and {groups} groups. "
            "Each vector needs a label, and groups must be at least two and fewer than vectors."
        )
