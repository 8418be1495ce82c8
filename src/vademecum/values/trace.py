"""What happened during a call: named steps with their times and figures.

Use: `with recorder.step("dense", top_k=100) as found: found["hits"] = 12`, then `recorder.trace()`.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self


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

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a step from `to_dict` output."""
        detail = {name: value for name, value in fields.items() if name not in ("name", "ms")}
        return cls(name=fields["name"], ms=fields["ms"], detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What happened during one call.

    Attributes:
        id: 32 hexadecimal digits, the form of a trace id in OpenTelemetry.
        began_at: UTC, ISO 8601.
        ms: How long it took, in milliseconds.
        steps: What was done, in the order it ended.
    """

    id: str = ""
    began_at: str = ""
    ms: float = 0.0
    steps: tuple[Step, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the trace ready for JSON."""
        return {
            "id": self.id,
            "began_at": self.began_at,
            "ms": round(self.ms, 3),
            "steps": [step.to_dict() for step in self.steps],
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a trace from `to_dict` output."""
        steps = tuple(Step.from_dict(step) for step in fields["steps"])
        return cls(id=fields["id"], began_at=fields["began_at"], ms=fields["ms"], steps=steps)


class TraceRecorder:
    """Collects the steps of one call; not shared between threads.

    Attributes:
        id: Id of the trace.
    """

    def __init__(self) -> None:
        self.id = secrets.token_hex(16)
        self._began_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._began = time.perf_counter()
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
        elapsed_ms = (time.perf_counter() - self._began) * 1000
        return Trace(id=self.id, began_at=self._began_at, ms=elapsed_ms, steps=tuple(self._steps))
