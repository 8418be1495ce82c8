"""What every index can do; `vademecum.testing` holds the suite they all pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from vademecum.values import Filter, Hit, Viewer

Rows = NDArray[np.int64]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Leg:
    """What one way of searching proposes.

    Attributes:
        rows: Row numbers of the best chunks, int64 [hits], by descending score, ties by row.
        scores: Their scores, float32 [hits]: cosine in [-1, 1], or BM25 above 0.
        at: Gives the scores of any rows, so that legs can be compared on each other's proposals.
    """

    rows: Rows
    scores: Scores
    at: Callable[[Rows], Scores]


class Index(Protocol):
    """Search over the chunks of one snapshot; rows are numbered by ascending chunk id."""

    def seen_by(self, viewer: Viewer) -> Self:
        """Return the index as somebody sees it who may not read everything, under the same row numbers.

        What they may not read is never found, and changes nothing that is: not scores, not their order.
        """
        ...

    def search_dense(self, vector: Scores, *, depth: int, allowed: Mask | None = None) -> Leg:
        """Return the `depth` chunks most similar to a unit vector, float32 [dim]."""
        ...

    def search_lexical(self, terms: Sequence[str], *, depth: int, allowed: Mask | None = None) -> Leg:
        """Return the `depth` chunks that match analysed terms best; a repeated term counts again."""
        ...

    def term_weights(self, terms: Sequence[str]) -> dict[str, float]:
        """Return how much each term tells chunks apart, 0 or more; unknown terms are left out."""
        ...

    def mask(self, filters: Sequence[Filter]) -> Mask:
        """Return which chunks there are to be seen of documents that pass every filter, bool [chunks]."""
        ...

    def documents(self, rows: Rows) -> Rows:
        """Return a number for the document of each row, equal for rows of one document."""
        ...

    def passages(self, rows: Rows) -> list[tuple[str, str]]:
        """Return context and text of each row."""
        ...

    def hits(self, rows: Rows, scores: Sequence[float]) -> list[Hit]:
        """Return rows as hits, in the order given."""
        ...
