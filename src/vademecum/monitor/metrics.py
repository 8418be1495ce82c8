"""Metrics of one server, in Prometheus' form: what it was asked, how it answered, how long it took.

Owns names, labels and buckets. Every label has few values: routes are templates, models those of the
settings, steps those of the program. Names that OpenTelemetry's conventions have are taken from there, the
others begin with `vademecum_`. Each object has a registry of its own, so that servers may share a process.
Use: `metrics = Metrics(read=list)`, then `metrics.watch` is a watcher; `metrics.render("")` is the page.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vademecum import __version__
from vademecum.monitor.conventions import EMBEDDED, operation_of
from vademecum.values import IngestSummary, Step
from vademecum.values.conversation import TraceRecord

UNMATCHED = "unmatched"
"""Route of requests that reached none: their path is unknown, or they were refused at the door."""
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_STOPPED = frozenset({"GoneError", "GivenUpError", "GeneratorExit", "KeyboardInterrupt", "CancelledError"})
"""Errors that mean that whoever asked went away."""
_GONE_STATUS = 499
_HTTP_S = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60)
_STEP_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_MODEL_S = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_TOKENS = tuple(4**power for power in range(14))
_TENTHS = tuple(tenth / 10 for tenth in range(1, 10))
_MODEL_LABELS = ("gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Something that is read when somebody looks.

    Attributes:
        name: Of the metric; of a counter without "_total".
        help: What it is, with its unit.
        values: By the value of `label`; one by "" without a label.
        label: Name of the label.
        counter: Whether it only grows.
    """

    name: str
    help: str
    values: Mapping[str, float]
    label: str = ""
    counter: bool = False


class Metrics:
    """See the module.

    Args:
        read: Returns what is read when somebody looks.
    """

    def __init__(self, *, read: Callable[[], Iterable[Reading]]) -> None:
        self._registry = _Registry()
        self._requests(self._registry)
        self._calls(self._registry)
        self._models(self._registry)
        self._files = Counter(
            "vademecum_ingest_files", "Files by what became of them.", ["outcome"], registry=self._registry
        )
        self._ingested = Counter(
            "vademecum_ingest_chunks", "Chunks that were added to the index.", registry=self._registry
        )
        build = Gauge(
            "vademecum_build_info",
            "1, with what runs.",
            ["version", "python"],
            registry=self._registry,
        )
        build.labels(__version__, platform.python_version()).set(1)
        ProcessCollector(registry=self._registry)
        self._registry.register(_Readings(read))

    def _requests(self, registry: CollectorRegistry) -> None:
        self._request_s = Histogram(
            "http_server_request_duration_seconds",
            "Seconds from the first byte of a request to the last byte of its answer.",
            ["http_request_method", "http_route", "http_response_status_code"],
            buckets=_HTTP_S,
            registry=registry,
        )
        self._active = Gauge(
            "http_server_active_requests",
            "Requests being answered.",
            ["http_request_method"],
            registry=registry,
        )

        self._wait_s = Histogram(
            "vademecum_queue_wait_seconds",
            "Seconds a request waited for its turn.",
            buckets=_HTTP_S,
            registry=registry,
        )

    def _calls(self, registry: CollectorRegistry) -> None:
        self._answers = Counter(
            "vademecum_answers", "Questions by how they were answered.", ["outcome"], registry=registry
        )
        for outcome in ("answered", "asked_back", "abstained", "failed", "stopped"):
            self._answers.labels(outcome)
        self._confidence = Histogram(
            "vademecum_answer_confidence",
            "Probability that an answer is right, as the program judges it; of abstentions too.",
            buckets=_TENTHS,
            registry=registry,
        )
        self._call_s = Histogram(
            "vademecum_call_duration_seconds",
            "Seconds of a call's work, without waiting.",
            ["kind"],
            buckets=_HTTP_S,
            registry=registry,
        )
        self._step_s = Histogram(
            "vademecum_step_duration_seconds",
            "Seconds of a step of a call.",
            ["step"],
            buckets=_STEP_S,
            registry=registry,
        )

    def _models(self, registry: CollectorRegistry) -> None:
        self._model_s = Histogram(
            "gen_ai_client_operation_duration_seconds",
            "Seconds of a model's work.",
            [*_MODEL_LABELS, "error_type"],
            buckets=_MODEL_S,
            registry=registry,
        )
        self._first_s = Histogram(
            "gen_ai_client_operation_time_to_first_chunk_seconds",
            "Seconds until a model began to write.",
            _MODEL_LABELS,
            buckets=_MODEL_S,
            registry=registry,
        )
        self._tokens = Histogram(
            "gen_ai_client_token_usage",
            "Tokens of a model's work.",
            [*_MODEL_LABELS, "gen_ai_token_type"],
            buckets=_TOKENS,
            registry=registry,
        )

    def render(self, accept: str) -> tuple[bytes, str]:
        """Return all metrics and their media type, in the form that an Accept header wants."""
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type

    def request_began(self, method: str) -> None:
        """Count a request in."""
        self._active.labels(_method(method)).inc()

    def request_ended(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Count a request out.

        Args:
            method: Its method.
            route: Template of the route that took it; `UNMATCHED` for none.
            status: What it was answered; None for nothing, because the client went.
            seconds: How long it took.
        """
        self._active.labels(_method(method)).dec()
        self._request_s.labels(_method(method), route, str(status or _GONE_STATUS)).observe(seconds)

    def waited(self, seconds: float) -> None:
        """Count how long a request waited for its turn."""
        self._wait_s.observe(seconds)

    def ingested(self, summary: IngestSummary) -> None:
        """Count what an ingest did."""
        outcomes = {
            "read": summary.read,
            "unchanged": summary.unchanged,
            "removed": summary.removed,
            "failed": len(summary.failed),
        }
        for outcome, count in outcomes.items():
            self._files.labels(outcome).inc(count)
        self._ingested.inc(summary.chunks)

    def watch(self, record: TraceRecord) -> None:
        """Count a call that has ended."""
        self._call_s.labels(record.kind).observe(record.trace.ms / 1000, {"trace_id": record.trace.id})
        if record.kind == "ask":
            self._answers.labels(outcome_of(record)).inc()
            if record.answer is not None and not record.answer.choices:
                self._confidence.observe(record.answer.confidence)
        for step in record.trace.steps:
            self._step_s.labels(step.name).observe(step.ms / 1000)
            if operation := operation_of(step):
                self._watch_model(step, operation)

    def _watch_model(self, step: Step, operation: str) -> None:
        detail = step.detail
        labels = (operation, str(detail.get("provider", EMBEDDED)), str(detail.get("model", "")))
        self._model_s.labels(*labels, "_OTHER" if "error" in detail else "").observe(step.ms / 1000)
        if "first_ms" in detail:
            self._first_s.labels(*labels).observe(detail["first_ms"] / 1000)
        for kind in ("input", "output"):
            if f"{kind}_tokens" in detail:
                self._tokens.labels(*labels, kind).observe(detail[f"{kind}_tokens"])


class _Registry(CollectorRegistry):
    """Leaves out when each series began: a third of the page, and Prometheus sees restarts by itself."""

    def collect(self) -> Iterator[Metric]:
        """Yield all metrics."""
        for metric in super().collect():
            metric.samples = [one for one in metric.samples if not one.name.endswith("_created")]
            yield metric


class _Readings(Collector):
    """Reads at the time somebody looks."""

    def __init__(self, read: Callable[[], Iterable[Reading]]) -> None:
        self._read = read

    def describe(self) -> Iterable[Metric]:
        """Return nothing: what there is to read is known when it is read."""
        return []

    def collect(self) -> Iterable[Metric]:
        """Yield what is read now."""
        for reading in self._read():
            family = CounterMetricFamily if reading.counter else GaugeMetricFamily
            metric = family(reading.name, reading.help, labels=[reading.label] if reading.label else [])
            for value, amount in reading.values.items():
                metric.add_metric([value] if reading.label else [], amount)
            yield metric


def outcome_of(record: TraceRecord) -> str:
    """Return how a question was answered."""
    if record.error_type:
        return "stopped" if record.error_type in _STOPPED else "failed"
    if record.answer is None:
        return "failed"
    if record.answer.choices:
        return "asked_back"
    return "answered" if record.answer.answered else "abstained"


def _method(method: str) -> str:
    return method if method in _METHODS else "_OTHER"
