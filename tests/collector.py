"""A collector on the loopback interface: takes OTLP over HTTP, decoded by OpenTelemetry's own package."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Message


@dataclass(frozen=True, slots=True)
class Received:
    """One span as it came in.

    Attributes:
        trace_id: In hexadecimal digits.
        id: In hexadecimal digits.
        parent_id: In hexadecimal digits; empty for none.
        message: The whole of it.
        attributes: Of the span.
        resource: Of who sent it.
    """

    trace_id: str
    id: str
    parent_id: str
    message: Message
    attributes: dict[str, Any]
    resource: dict[str, Any]

    @property
    def name(self) -> str:
        return self.message.name


class Collector:
    """See the module.

    Attributes:
        url: Its base URL.
        bodies: What came in, as it came.
        headers: Of the last request.
    """

    def __init__(self, *, status: int = 200, wait_s: float = 0.0) -> None:
        outer = self
        self.bodies: list[bytes] = []
        self.headers: dict[str, str] = {}

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(wait_s)
                assert self.path == "/v1/traces"
                assert self.headers["Content-Type"] == "application/x-protobuf"
                outer.headers = dict(self.headers)
                outer.bodies.append(body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def spans(self) -> list[Received]:
        """Return every span that came in."""
        found = []
        for body in self.bodies:
            for of_one in ExportTraceServiceRequest.FromString(body).resource_spans:
                resource = _values(of_one.resource.attributes)
                for scope in of_one.scope_spans:
                    assert scope.scope.name == "vademecum"
                    found += [_received(span, resource) for span in scope.spans]
        return found


def _received(span: Message, resource: dict[str, Any]) -> Received:
    return Received(
        trace_id=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent_id=span.parent_span_id.hex(),
        message=span,
        attributes=_values(span.attributes),
        resource=resource,
    )


def _values(attributes: Any) -> dict[str, Any]:
    return {one.key: _value(one.value) for one in attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    found = getattr(value, kind)
    return [_value(one) for one in found.values] if kind == "array_value" else found
