"""Calls arrive at a collector as OpenTelemetry wants them, without contents unless wished, at no cost."""

from __future__ import annotations

import logging
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from collector import Collector, Received
from typer.testing import CliRunner

import vademecum
from vademecum.assistants import Conversations
from vademecum.cli.app import app
from vademecum.config import Config, MonitorConfig, StateConfig
from vademecum.errors import ConfigError, EndpointError, InputError
from vademecum.monitor import Call, Calls, sender
from vademecum.monitor.otlp import OtlpTarget
from vademecum.monitor.request import CURRENT, IncomingRequest
from vademecum.values import Answer, Viewer

TEXT = "# Quokkas\nQuokkas may be returned within thirty days of delivery. The buyer pays postage.\n"
QUESTION = "When may quokkas be returned?"
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OWN_WORDS = re.compile(
    r"(vademecum|openai|ask|invoke_agent|retrieval|embeddings|chat|search_memory|extract|stop|length|python|opentelemetry"
    r"|bge-small-en|smollm2-135m|[\w.-]*\.v\d+|[\d.]+|[0-9a-f]{32}|input|endpoint|_OTHER)"
)
"""What may stand in a span when contents are off."""


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("monitor")
    (folder / "wombat-handbook.md").write_text(TEXT, "utf-8")
    with vademecum.open(folder / "notes") as workspace:
        workspace.ingest(folder / "wombat-handbook.md")
    return folder / "notes"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as opened:
        yield opened


def talk(notes: Path, url: str, **config: object) -> list[Answer]:
    """Ask twice, as Ana, and return the answers; everything is sent when this returns."""
    settings = {"monitor.otlp_url": url, "answer.writer": "chat", "answer.max_tokens": 24, **config}
    with vademecum.open(notes, config=settings) as workspace:
        talks = Conversations(workspace.seen_by(Viewer(user="ana.karenina", everything=True)))
        turns = [talks.say(text) for text in (QUESTION, "My cat is Mishka.")]
    return [turn.answer for turn in turns if turn.answer]


def by_name(spans: list[Received]) -> dict[str, Received]:
    return {span.name: span for span in reversed(spans)}


def test_a_call_is_one_trace_by_the_conventions(notes: Path, collector: Collector) -> None:
    answer, _ = talk(notes, collector.url)
    spans = [span for span in collector.spans() if span.trace_id == answer.trace.id]
    named = by_name(spans)
    root = named["invoke_agent vademecum"]
    assert root.id == answer.trace.id[16:] and root.parent_id == ""
    assert root.resource["service.name"] == "vademecum"
    assert root.resource["service.version"] == vademecum.__version__
    assert root.attributes["gen_ai.operation.name"] == "invoke_agent"
    assert root.attributes["vademecum.answer.answered"] is True
    assert root.attributes["vademecum.answer.confidence"] == pytest.approx(answer.confidence)
    assert len(root.attributes["gen_ai.conversation.id"]) == 32
    chat = named["chat smollm2-135m"]
    assert chat.message.kind == chat.message.SPAN_KIND_INTERNAL  # the model runs in this process
    assert chat.attributes["gen_ai.operation.name"] == "chat"
    assert chat.attributes["gen_ai.provider.name"] == "vademecum"
    assert chat.attributes["gen_ai.request.model"] == "smollm2-135m"
    assert chat.attributes["gen_ai.request.max_tokens"] == 24
    assert chat.attributes["gen_ai.usage.input_tokens"] > 40
    assert 0 < chat.attributes["gen_ai.usage.output_tokens"] <= 24
    assert chat.attributes["gen_ai.response.finish_reasons"] in (["stop"], ["length"])
    assert 0 < chat.attributes["gen_ai.response.time_to_first_chunk"] < 60
    embed = named["embeddings bge-small-en"]
    assert embed.attributes["gen_ai.operation.name"] == "embeddings"
    assert embed.message.kind == embed.message.SPAN_KIND_CLIENT
    retrieval = named["retrieval"]
    assert retrieval.attributes["gen_ai.retrieval.top_k"] == 8
    assert retrieval.parent_id == root.id and embed.parent_id == retrieval.id
    assert chat.parent_id == named["write"].id
    assert {"dense", "lexical", "fuse", "spans", "evidence", "confidence"} <= set(named)


def test_times_are_true(notes: Path, collector: Collector) -> None:
    before = time.time_ns()
    (answer, _) = talk(notes, collector.url)
    after = time.time_ns()
    spans = {span.id: span for span in collector.spans() if span.trace_id == answer.trace.id}
    assert len(spans) == len(answer.trace.steps) + 1  # no id twice
    for span in spans.values():
        message = span.message
        assert before <= message.start_time_unix_nano <= message.end_time_unix_nano <= after
        if span.parent_id:
            around = spans[span.parent_id].message
            assert around.start_time_unix_nano <= message.start_time_unix_nano
            assert message.end_time_unix_nano <= around.end_time_unix_nano + 2_000  # rounded microseconds
    steps = {step.number: step for step in answer.trace.steps}
    longest = max(steps.values(), key=lambda step: step.ms)
    sent = max(
        (span.message.end_time_unix_nano - span.message.start_time_unix_nano)
        for span in spans.values()
        if span.parent_id
    )
    assert sent == pytest.approx(longest.ms * 1e6, abs=2_000)


def test_without_contents_no_word_leaves(notes: Path, collector: Collector) -> None:
    answers = talk(notes, collector.url)
    assert answers[0].citations and "quokka" in answers[0].text.lower()
    spans = collector.spans()
    assert len(spans) > 10
    values = [value for span in spans for value in (*span.attributes.values(), *span.resource.values())]
    texts = [text for value in values for text in (value if isinstance(value, list) else [value])]
    strange = {text for text in texts if isinstance(text, str) and not OWN_WORDS.fullmatch(text)}
    assert strange == set()
    sent = b"".join(collector.bodies).lower()
    for word in re.findall(r"[a-z]{4,}", f"{TEXT} {QUESTION} wombat handbook notes karenina mishka".lower()):
        assert word.encode() not in sent, word


def test_contents_leave_when_they_are_switched_on(notes: Path, collector: Collector) -> None:
    answer, _ = talk(notes, collector.url, **{"monitor.contents": True})
    root = by_name([span for span in collector.spans() if span.trace_id == answer.trace.id])[
        "invoke_agent vademecum"
    ]
    assert QUESTION in root.attributes["gen_ai.input.messages"]
    assert "thirty days" in root.attributes["gen_ai.output.messages"]
    assert "wombat-handbook.md" in root.attributes["vademecum.answer.evidence"]
    assert root.attributes["user.id"] == "ana.karenina"


def test_a_call_that_fails_says_how_and_not_what(collector: Collector) -> None:
    calls = calls_to(collector.url)
    with pytest.raises(InputError), calls.recorded(kind="ask", asked="secret") as call:
        with pytest.raises(EndpointError), call.recorder.step("chat", model="smollm2-135m"):
            raise EndpointError("secret")
        with call.recorder.step("write") as found:
            found["error"] = "the server said: secret"
        raise InputError("secret is no question")
    calls.close()
    named = by_name(collector.spans())
    errors = {name: span.attributes.get("error.type") for name, span in named.items()}
    assert errors == {
        "invoke_agent vademecum": "input",
        "chat smollm2-135m": "endpoint",
        "write": "_OTHER",
    }
    assert all(span.message.status.code == span.message.status.STATUS_CODE_ERROR for span in named.values())
    assert b"secret" not in b"".join(collector.bodies)


def test_a_call_joins_the_trace_of_who_sent_the_request(collector: Collector) -> None:
    calls = calls_to(collector.url)
    request = IncomingRequest(PARENT)
    token = CURRENT.set(request)
    try:
        record(calls)
        record(calls)
    finally:
        CURRENT.reset(token)
    calls.close()
    first, second = (span for span in collector.spans() if span.name.startswith("invoke_agent"))
    assert first.trace_id == second.trace_id == PARENT[3:35]
    assert first.parent_id == second.parent_id == PARENT[36:52]
    assert (
        first.attributes["vademecum.trace.id"] == request.trace_id != second.attributes["vademecum.trace.id"]
    )
    assert first.id == request.traceparent[36:52] != second.id
    remote = first.message.flags & 0x200
    assert remote


def test_a_call_of_a_trace_that_is_not_kept_is_not_sent(collector: Collector) -> None:
    calls = calls_to(collector.url)
    token = CURRENT.set(IncomingRequest(PARENT[:-1] + "0"))
    try:
        record(calls)
    finally:
        CURRENT.reset(token)
    calls.close()
    assert collector.bodies == []


def test_nobody_there_costs_nothing_and_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
    calls = calls_to(url)
    with caplog.at_level(logging.WARNING):
        took = []
        for _ in range(30):
            began = time.perf_counter()
            record(calls)
            took.append(time.perf_counter() - began)
            time.sleep(0.05)
        began = time.perf_counter()
        calls.close()
        closing = time.perf_counter() - began
    assert sorted(took)[len(took) // 2] < 0.02 and closing < sender.CLOSE_S
    assert caplog.messages == [] or [url in line for line in caplog.messages] == [True]


def test_an_endpoint_that_refuses_is_named_once_with_its_reason(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "GATHER_S", 0.01)
    with Collector(status=400) as refusing, caplog.at_level(logging.INFO):
        calls = calls_to(refusing.url)
        for _ in range(5):
            record(calls)
            time.sleep(0.1)
        assert calls.sent == {"sent": 0, "failed": 5, "dropped": 0}
        calls.close()
    (line,) = caplog.messages
    assert refusing.url in line and "400" in line and "monitor.otlp_url" in line


def test_an_endpoint_that_hangs_keeps_the_queue_and_the_close_within_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender, "MOST_WAITING", 20)
    monkeypatch.setattr(sender, "MOST_AT_ONCE", 4)
    monkeypatch.setattr(sender, "CLOSE_S", 0.3)
    with Collector(wait_s=2.0) as hanging:
        calls = calls_to(hanging.url)
        began = time.perf_counter()
        for _ in range(200):
            record(calls)
        assert time.perf_counter() - began < 2.0  # as long as one batch hangs
        assert calls.sent["dropped"] >= 170
        began = time.perf_counter()
        calls.close()
        assert time.perf_counter() - began < 1.5


def test_headers_come_from_the_environment_and_nothing_of_the_process_is_told(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20KEY")
    monkeypatch.setenv("OTEL_EXPERIMENTAL_RESOURCE_DETECTORS", "*")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=lab")
    calls = calls_to(f"{collector.url}/v1/traces")
    record(calls)
    calls.close()
    assert collector.headers["authorization"] == "Bearer KEY"
    (span, *_) = collector.spans()
    assert set(span.resource) == {
        "service.name",
        "service.version",
        "service.instance.id",
        "deployment.environment.name",
    }


def test_a_target_that_cannot_be_made_breaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> OtlpTarget:
        raise RuntimeError("no such credential provider")

    broken = sender.Sender(fail)
    with caplog.at_level(logging.WARNING):
        calls = Calls(Config(state=StateConfig(traces=False)), state=_no_state, watchers=[broken.send])
        record(calls)
        broken.close()
    assert "no such credential provider" in caplog.text and broken.counts["failed"] == 1


@pytest.mark.parametrize(
    ("url", "words"),
    [("127.0.0.1:4318", "127.0.0.1:4318"), ("ftp://h", "ftp://h"), ("https://ana:hidden@h", "OTLP_HEADERS")],
)
def test_urls_that_cannot_be_used_are_refused_at_the_start(url: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"monitor\.otlp_url") as failed:
        vademecum.open(tmp_path / "ws", config={"monitor.otlp_url": url})
    assert words in str(failed.value) and "hidden" not in str(failed.value)


@pytest.mark.parametrize(
    ("command", "typed"),
    [(["ask", QUESTION], ""), (["chat"], f"{QUESTION}\n"), (["search", "quokkas"], "")],
)
def test_commands_send_too(
    command: list[str], typed: str, notes: Path, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VADE_MONITOR_OTLP_URL", collector.url)
    done = CliRunner().invoke(app, [*command, "-w", str(notes)], input=typed, catch_exceptions=False)
    assert done.exit_code == 0
    roots = [span for span in collector.spans() if not span.parent_id]
    assert [span.attributes["vademecum.kind"] for span in roots] == [
        "search" if command[0] == "search" else "ask"
    ]


def _no_state() -> object:
    raise AssertionError("nothing is kept here")


def calls_to(url: str) -> Calls:
    """Calls of a workspace that keeps none."""
    config = Config(monitor=MonitorConfig(otlp_url=url), state=StateConfig(traces=False))
    return Calls(config, state=_no_state, watchers=[])  # type: ignore[arg-type]


def record(calls: Calls) -> Call:
    """Record a call with a step."""
    with calls.recorded(kind="ask", asked="Is it?") as call, call.recorder.step("dense", hits=2):
        pass
    return call
