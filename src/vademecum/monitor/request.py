"""The request that is being worked on: the id its call gets, and the trace of whoever sent it.

A request's code runs in several threads; a context variable goes along with it, so nothing in between has to
hand it on. Outside of a request there is none, and a call begins a trace of its own.
Use: `CURRENT.set(IncomingRequest("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))`.
Source: W3C Trace Context, section 3.2.
"""

from __future__ import annotations

import re
import secrets
import threading
from contextvars import ContextVar
from dataclasses import dataclass

_TRACEPARENT = re.compile(
    r"(?P<version>[0-9a-f]{2})-(?P<trace>[0-9a-f]{32})-(?P<span>[0-9a-f]{16})-(?P<flags>[0-9a-f]{2})(?P<more>-.*)?"
)
_SAMPLED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The span of somebody else that a call is a part of.

    Attributes:
        trace_id: Their trace, 32 hexadecimal digits.
        span_id: Their span in it, 16 hexadecimal digits.
        sampled: Whether their trace is kept; what is a part of one that is not, is not sent anywhere.
    """

    trace_id: str
    span_id: str
    sampled: bool


def read_traceparent(header: str) -> Parent | None:
    """Return who a `traceparent` header names; None where it names nobody, as the specification wants."""
    found = _TRACEPARENT.fullmatch(header.strip())
    if found is None or found["version"] == "ff" or (found["version"] == "00" and found["more"]):
        return None
    if not int(found["trace"], 16) or not int(found["span"], 16):
        return None
    return Parent(
        trace_id=found["trace"], span_id=found["span"], sampled=bool(int(found["flags"], 16) & _SAMPLED)
    )


def root_span(trace_id: str) -> str:
    """Return the id of the span that is the whole call, which follows from the id of its trace."""
    return trace_id[16:]


class IncomingRequest:
    """One request, and the id of the call it makes.

    Args:
        traceparent: The header it came with; empty for none.

    Attributes:
        trace_id: Id of the call.
        parent: Whom the call is a part of.
    """

    def __init__(self, traceparent: str = "") -> None:
        self.trace_id = secrets.token_hex(16)
        self.parent = read_traceparent(traceparent)
        self._free = threading.Lock()

    def take_id(self) -> str:
        """Return the id of the call; a second call of the same request gets one of its own."""
        return self.trace_id if self._free.acquire(blocking=False) else secrets.token_hex(16)

    @property
    def traceparent(self) -> str:
        """What to answer with: the span of the call."""
        parent = self.parent or Parent(trace_id=self.trace_id, span_id="", sampled=True)
        return f"00-{parent.trace_id}-{root_span(self.trace_id)}-{parent.sampled:02x}"


CURRENT: ContextVar[IncomingRequest | None] = ContextVar("vade_request", default=None)
