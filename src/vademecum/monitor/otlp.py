"""An OpenTelemetry collector as a target: calls become spans and go out as OTLP over HTTP.

Headers, certificates and compression come from OpenTelemetry's own variables, such as
OTEL_EXPORTER_OTLP_HEADERS. What is in the spans belongs to `conventions.py`.
Use: `OtlpTarget("http://127.0.0.1:4318", contents=False).send([(record, None)])`.
"""

from __future__ import annotations

import logging
import os
import threading
import uuid
from collections.abc import Iterator, Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

from vademecum import __version__
from vademecum.monitor.conventions import SCHEMA_URL, Span, spans_of
from vademecum.monitor.request import Parent
from vademecum.monitor.sender import SentCall
from vademecum.values.conversation import TraceRecord

TIMEOUT_S = 10.0
"""A request is tried again for so long."""
_PATH = "/v1/traces"
_KINDS = {"internal": SpanKind.INTERNAL, "client": SpanKind.CLIENT}
_SCOPE = InstrumentationScope("vademecum", __version__, SCHEMA_URL)


class OtlpTarget:
    """See the module.

    Args:
        url: Base URL of an OTLP/HTTP endpoint, or its URL for traces.
        contents: Whether questions, answers, quotes and names of users and documents go out.
        server: Host and port of the server that the chat model runs on; None for the embedded one.
    """

    def __init__(self, url: str, *, contents: bool, server: tuple[str, int] | None = None) -> None:
        self._url = url.rstrip("/").removesuffix(_PATH) + _PATH
        self._contents, self._server = contents, server
        self._resource = _resource()
        self._exporter = OTLPSpanExporter(self._url, timeout=TIMEOUT_S)
        self._attempts = _Attempts()
        logging.getLogger(OTLPSpanExporter.__module__).addFilter(self._attempts)

    @property
    def failing(self) -> bool:
        """Whether the last attempt failed."""
        return bool(self._attempts.reason)

    def send(self, calls: Sequence[SentCall]) -> str:
        """Send calls, trying again for `TIMEOUT_S`; return why they could not be, empty when they were."""
        self._attempts.begin()
        spans = [span for record, parent in calls for span in self._spans(record, parent)]
        if self._exporter.export(spans) is SpanExportResult.SUCCESS:
            self._attempts.reason = ""
            return ""
        return f"{self._url} does not take them ({self._attempts.reason}). See monitor.otlp_url"

    def stop(self) -> None:
        """Give up what goes on in another thread."""
        self._exporter.shutdown()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Leave the exporter's log to others."""
        logging.getLogger(OTLPSpanExporter.__module__).removeFilter(self._attempts)

    def _spans(self, record: TraceRecord, parent: Parent | None) -> Iterator[ReadableSpan]:
        trace_id = int(parent.trace_id if parent else record.trace.id, 16)
        for span in spans_of(record, parent=parent, contents=self._contents, server=self._server):
            foreign = parent is not None and span.parent_id == parent.span_id
            yield self._readable(span, trace_id, foreign=foreign)

    def _readable(self, span: Span, trace_id: int, *, foreign: bool) -> ReadableSpan:
        def context(span_id: str, *, is_remote: bool) -> SpanContext:
            return SpanContext(trace_id, int(span_id, 16), is_remote, TraceFlags(TraceFlags.SAMPLED))

        return ReadableSpan(
            name=span.name,
            context=context(span.id, is_remote=False),
            parent=context(span.parent_id, is_remote=foreign) if span.parent_id else None,
            resource=self._resource,
            attributes=dict(span.attributes),
            kind=_KINDS[span.kind],
            status=Status(StatusCode.ERROR if span.failed else StatusCode.UNSET),
            start_time=span.began_ns,
            end_time=span.ended_ns,
            instrumentation_scope=_SCOPE,
        )


class _Attempts(logging.Filter):
    """Keeps what the exporter says of each attempt out of the log, as far as it is ours, and remembers why.

    Attributes:
        reason: Why the last attempt failed; empty when it did not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reason = ""
        self._thread = 0

    def begin(self) -> None:
        """Take what this thread makes the exporter say as ours."""
        self._thread = threading.get_ident()

    def filter(self, record: logging.LogRecord) -> bool:
        """Let through what others make it say."""
        if record.thread != self._thread:
            return True
        if record.args and len(record.args) > 1:  # else it only says that it gives up
            self.reason = record.getMessage()
        return False


def _resource() -> Resource:
    """Return who sends. Nothing is detected of the process: a command line may hold the question."""
    own = {
        "service.name": os.environ.get("OTEL_SERVICE_NAME", "vademecum"),
        "service.version": __version__,
        "service.instance.id": uuid.uuid4().hex,
    }
    return OTELResourceDetector().detect().merge(Resource(own))
