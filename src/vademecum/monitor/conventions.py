"""A recorded call as spans, by OpenTelemetry's conventions for generative AI.

Owns names, kinds and attributes, and what may leave the machine: with contents off only numbers, truth
values and names that this program gives itself go out, so that no text a step keeps can be given away.
The conventions are still in development; these are those of semantic conventions 1.41.
Use: `spans_of(record, parent=None, contents=False, server=None)`.
Source: https://github.com/open-telemetry/semantic-conventions-genai
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from vademecum import __version__
from vademecum.monitor.request import Parent, root_span
from vademecum.values import Answer, Step
from vademecum.values.conversation import TraceRecord

SCHEMA_URL = "https://opentelemetry.io/schemas/1.41.1"
EMBEDDED = "vademecum"
"""Provider of the models in this process; a server that speaks OpenAI's API is "openai"."""
SpanKind = Literal["internal", "client"]
Value: TypeAlias = str | bool | int | float | Sequence[str]

_OPERATIONS = {"chat": "chat", "embed": "embeddings", "retrieve": "retrieval", "memory": "search_memory"}
_OWN_NAMES = ("calibration", "prompt", "writer")
"""Details whose texts are names of this program's own parts."""
_ATTRIBUTES = {
    "model": "gen_ai.request.model",
    "provider": "gen_ai.provider.name",
    "max_tokens": "gen_ai.request.max_tokens",
    "temperature": "gen_ai.request.temperature",
    "top_k": "gen_ai.retrieval.top_k",
    "input_tokens": "gen_ai.usage.input_tokens",
    "output_tokens": "gen_ai.usage.output_tokens",
    "cached_tokens": "gen_ai.usage.cache_read.input_tokens",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One span, ready to be sent.

    Attributes:
        name: What ran.
        id: 16 hexadecimal digits.
        parent_id: Span it is a part of; empty for none.
        kind: "client" for what is asked of another part, a model or an index.
        began_ns: Nanoseconds since 1970.
        ended_ns: Nanoseconds since 1970.
        attributes: By the conventions' names.
    """

    name: str
    id: str
    parent_id: str
    kind: SpanKind
    began_ns: int
    ended_ns: int
    attributes: Mapping[str, Value] = field(default_factory=dict)

    @property
    def failed(self) -> bool:
        """Whether what ran went wrong."""
        return "error.type" in self.attributes


def operation_of(step: Step) -> str:
    """Return which operation of the conventions a step is; empty for one that they do not know."""
    return _OPERATIONS.get(step.name, "")


def spans_of(
    record: TraceRecord, *, parent: Parent | None, contents: bool, server: tuple[str, int] | None = None
) -> list[Span]:
    """Return the spans of a call, the whole call first.

    Args:
        record: What happened.
        parent: The span of somebody else that the call is a part of.
        contents: Whether questions, answers, quotes and names of users and documents go out.
        server: Host and port of the server that the chat model runs on.
    """
    trace = record.trace
    began_ns = round(datetime.fromisoformat(trace.began_at).timestamp() * 1e6) * 1000
    root = Span(
        name="invoke_agent vademecum" if record.kind == "ask" else record.kind,
        id=root_span(trace.id),
        parent_id=parent.span_id if parent else "",
        kind="internal",
        began_ns=began_ns,
        ended_ns=began_ns + _ns(trace.ms),
        attributes=_about_call(record) | (_contents(record) if contents else {}),
    )
    steps = [_span(step, trace.id, began_ns, contents=contents, server=server) for step in trace.steps]
    return [root, *steps]


def _span(
    step: Step, trace_id: str, began_ns: int, *, contents: bool, server: tuple[str, int] | None
) -> Span:
    operation = operation_of(step)
    model = str(step.detail.get("model", ""))
    began_ns += _ns(step.at_ms or 0.0)
    remote = step.detail.get("provider", EMBEDDED) != EMBEDDED
    attributes = _about_step(step, operation, contents=contents)
    if remote and server is not None:
        attributes |= {"server.address": server[0], "server.port": server[1]}
    return Span(
        name=" ".join(filter(None, (operation or step.name, model if operation else ""))),
        id=_span_id(trace_id, step.number),
        parent_id=_span_id(trace_id, step.within) if step.within else root_span(trace_id),
        kind="client" if remote or operation in ("embeddings", "retrieval") else "internal",
        began_ns=began_ns,
        ended_ns=began_ns + _ns(step.ms),
        attributes=attributes,
    )


def _span_id(trace_id: str, number: int) -> str:
    return f"{(int(root_span(trace_id), 16) + number) % 2**64:016x}"


def _ns(ms: float) -> int:
    return round(ms * 1e6)


def _about_call(record: TraceRecord) -> dict[str, Value]:
    found: dict[str, Value] = {"vademecum.trace.id": record.trace.id, "vademecum.kind": record.kind}
    if record.kind == "ask":
        found |= {
            "gen_ai.operation.name": "invoke_agent",
            "gen_ai.provider.name": EMBEDDED,
            "gen_ai.agent.name": "vademecum",
            "gen_ai.agent.version": __version__,
        }
    if record.error_type:
        found["error.type"] = record.error_type
    if record.conversation:
        found["gen_ai.conversation.id"] = record.conversation
    if record.answer is not None:
        found |= {
            "vademecum.answer.answered": record.answer.answered,
            "vademecum.answer.confidence": record.answer.confidence,
            "vademecum.answer.citations": len(record.answer.citations),
        }
    return found


def _about_step(step: Step, operation: str, *, contents: bool) -> dict[str, Value]:
    found: dict[str, Value] = {}
    detail = dict(step.detail)
    if operation:
        found = {"gen_ai.operation.name": operation, "gen_ai.provider.name": EMBEDDED}
        if first_ms := detail.pop("first_ms", None):
            found["gen_ai.request.stream"] = True
            found["gen_ai.response.time_to_first_chunk"] = first_ms / 1000
        if finish := detail.pop("finish", ""):
            found["gen_ai.response.finish_reasons"] = [finish]
        found |= {_ATTRIBUTES[name]: detail.pop(name) for name in _ATTRIBUTES if name in detail}
    if "error" in detail:  # its name, or a message, which may quote what was asked
        named = re.fullmatch(r"[\w-]+", str(detail["error"]))
        found["error.type"] = detail["error"] if named else "_OTHER"
    for name, value in detail.items():
        if isinstance(value, bool | int | float) or (isinstance(value, str) and name in _OWN_NAMES):
            found[f"vademecum.{name}"] = value
        elif contents:
            found[f"vademecum.{name}"] = value if isinstance(value, str) else json.dumps(value, default=str)
    return found


def _contents(record: TraceRecord) -> dict[str, Value]:
    """Return what was asked and answered, in the conventions' form."""
    found: dict[str, Value] = {"gen_ai.input.messages": _messages("user", record.asked)}
    if record.user:
        found["user.id"] = record.user
    if record.error:
        found["error.message"] = record.error
    if record.answer is not None:
        found |= {
            "gen_ai.output.messages": _messages("assistant", record.answer.text, finish_reason="stop"),
            "vademecum.answer.evidence": _evidence(record.answer),
        }
    return found


def _messages(role: str, content: str, **more: str) -> str:
    return json.dumps(
        [{"role": role, "parts": [{"type": "text", "content": content}], **more}], ensure_ascii=False
    )


def _evidence(answer: Answer) -> str:
    quotes = [
        {"mark": one.mark, "document": one.document, "quote": one.quote, "place": one.location.label()}
        for one in answer.citations
    ]
    nearest = [{"document": hit.document, "score": hit.score, "text": hit.text} for hit in answer.nearest]
    return json.dumps(quotes or nearest, ensure_ascii=False)
