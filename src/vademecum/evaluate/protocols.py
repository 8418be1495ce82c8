"""What a metric is: a function from pairs of texts to figures, with its name and direction."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A text to be judged and what it is judged by.

    Attributes:
        prediction: The text.
        references: Texts it should resemble; any of them will do.
        source: What it was made from, for metrics of novelty and compression.
    """

    prediction: str
    references: tuple[str, ...] = ()
    source: str = ""

    @property
    def written_references(self) -> tuple[str, ...]:
        """The references that are not blank."""
        return tuple(one for one in self.references if one.strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a metric found.

    Attributes:
        value: The figure of the whole set; None when nothing could be scored.
        items: The figure of each pair, in order; None where a pair could not be scored. Empty for
            metrics of a whole set only.
        note: What a reader has to know, such as a resource that was missing.
    """

    value: float | None
    items: tuple[float | None, ...] = ()
    note: str = ""

    @classmethod
    def mean_of(cls, items: Iterable[float | None], *, note: str = "") -> Self:
        """Return the mean of the items that could be scored; one that is not finite could not."""
        kept = tuple(None if item is None or not math.isfinite(item) else float(item) for item in items)
        scored = [item for item in kept if item is not None]
        return cls(value=statistics.fmean(scored) if scored else None, items=kept, note=note)

    @property
    def failed(self) -> int:
        """How many pairs could not be scored; they are not in the value."""
        return sum(item is None for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricTools:
    """What metrics receive from above; each is loaded when it is called first.

    Attributes:
        embed_tokens: Unit vectors of a text's tokens, float32 [tokens, dim].
        embed_text: Unit vector of a text, float32 [dim].
        log_likelihood: Natural log-probability of a text under the chat model, and how many tokens
            that is the sum of.
    """

    embed_tokens: Callable[[str], Vectors]
    embed_text: Callable[[str], Vectors]
    log_likelihood: Callable[[str], tuple[float, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A named way to score texts.

    Attributes:
        name: As on the command line.
        about: One line: what it says, its range, and the paper or library that defines it.
        better: Whether higher or lower is better; 'neither' for figures that only describe.
        references: Whether every pair needs a reference.
        measure: The scoring itself.
        source: Whether every pair needs a source.
    """

    name: str
    about: str
    better: Literal["higher", "lower", "neither"]
    references: bool
    measure: Callable[[Sequence[Pair], MetricTools], Measured]
    source: bool = False
