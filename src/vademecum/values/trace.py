"""What happened during a call: named steps with their times and figures.

Use: `with recorder.step("dense", top_k=100) as found: found["hits"] = 12`, then `recorder.trace()`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One named step of a call.

    Attributes:
        name: What ran, such as "dense" or "rerank".
        ms: Wall-clock time in milliseconds.
        detail: Figures worth seeing: counts, scores, the reason for a skip.
    """

    name: str
    ms: float
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the step flat, ready for JSON."""
        return {"name": self.name, "ms": round(self.ms, 3), **self.detail}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The steps of one call, in the order they ended."""

    steps: tuple[Step, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the trace ready for JSON."""
        return {"steps": [step.to_dict() for step in self.steps]}


class TraceRecorder:
    """Collects the steps of one call; not shared between threads."""

    def __init__(self) -> None:
        self._steps: list[Step] = []

    @contextmanager
    def step(self, name: str, **detail: Any) -> Iterator[dict[str, Any]]:
        """Time a step; what the body puts into the yielded dict becomes its detail."""
        found: dict[str, Any] = dict(detail)
        began = time.perf_counter()
        try:
            yield found
        finally:
            elapsed_ms = (time.perf_counter() - began) * 1000
            self._steps.append(Step(name=name, ms=elapsed_ms, detail=found))

    def trace(self) -> Trace:
        """Return what was recorded so far."""
        return Trace(steps=tuple(self._steps))
