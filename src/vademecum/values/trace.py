"""What happened during a call: named steps with their times and figures.

Use: `with recorder.step("dense", top_k=100) as found: found["hits"] = 12`, then `recorder.trace()`.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, Self

from vademecum.errors import VademecumError


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One named step of a call.

    Attributes:
        name: What ran, such as "dense" or "rerank".
        ms: Wall-clock time in milliseconds.
        at_ms: When it began, in milliseconds since the call did; None where nobody noted it.
        number: Its place among the steps of the call, in the order they began, from 1.
        within: Number of the step it was a part of; 0 where it was a part of the call itself.
        detail: Figures worth seeing: counts, scores, the reason for a skip.
    """

    name: str
    ms: float
    at_ms: float | None = None
    number: int = 0
    within: int = 0
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the step flat, ready for JSON."""
        place = {} if self.at_ms is None else {"at_ms": round(self.at_ms, 3), "number": self.number}
        place |= {"within": self.within} if self.within else {}
        return {"name": self.name, "ms": round(self.ms, 3), **place, **self.detail}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a step from `to_dict` output; older versions did not keep when steps began."""
        own = {name: fields[name] for name in _STEP_FIELDS if name in fields}
        return cls(**own, detail={name: value for name, value in fields.items() if name not in own})


_STEP_FIELDS = ("name", "ms", "at_ms", "number", "within")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What happened during one call.

    Attributes:
        id: 32 hexadecimal digits, the form of a trace id in OpenTelemetry.
        began_at: UTC, ISO 8601.
        ms: How long it took, in milliseconds.
        steps: What was done, in the order it began.
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
    """Collects the steps of one call; threads may share it. A step is a part of what its thread has begun.

    Args:
        id: Id of the trace; a new one when empty.

    Attributes:
        id: Id of the trace.
    """

    def __init__(self, id: str = "") -> None:  # noqa: A002 - the field's word for it
        self.id = id or secrets.token_hex(16)
        self._began_at = datetime.now(UTC).isoformat(timespec="microseconds")
        self._began = time.perf_counter()
        self._steps: list[Step] = []
        self._numbers = count(1)
        self._open = threading.local()

    @contextmanager
    def step(self, name: str, **detail: Any) -> Iterator[dict[str, Any]]:
        """Time a step; what the body puts into the yielded dict becomes its detail.

        A step that fails says so under "error".
        """
        found: dict[str, Any] = dict(detail)
        around: list[int] = self._open.__dict__.setdefault("steps", [])
        number, within = next(self._numbers), around[-1] if around else 0
        around.append(number)
        began = time.perf_counter()
        try:
            yield found
        except GeneratorExit:  # whoever read has enough
            raise
        except BaseException as error:
            found.setdefault("error", error_name(error))
            raise
        finally:
            ended = time.perf_counter()
            around.remove(number)  # not always the last one: a generator may end its step later than others
            self._steps.append(
                Step(
                    name=name,
                    ms=(ended - began) * 1000,
                    at_ms=(began - self._began) * 1000,
                    number=number,
                    within=within,
                    detail=found,
                )
            )

    def trace(self) -> Trace:
        """Return what was recorded so far, without steps that go on."""
        elapsed_ms = (time.perf_counter() - self._began) * 1000
        steps = tuple(sorted(self._steps, key=lambda step: step.number))
        return Trace(id=self.id, began_at=self._began_at, ms=elapsed_ms, steps=steps)


def error_name(error: BaseException) -> str:
    """Return a short name of an error that holds nothing of what was asked: its code, or its class."""
    return error.code if isinstance(error, VademecumError) else type(error).__name__.lstrip("_")
