"""Every answer tells the id of its trace, so that it can be rated at every door, and joins its caller's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from collector import Collector
from mcp import Client
from serving import Served, listening

import vademecum

QUESTION = "When does the shop open?"
TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(scope="module")
def client(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, timeout=120) as opened:
        yield opened


def rate(client: httpx.Client, trace_id: str) -> Any:
    """Rate an answer and return its trace with what is kept of that."""
    said = client.post("/v1/feedback", json={"trace_id": trace_id, "rating": 1, "comment": "good"})
    assert said.status_code == 200, said.text
    return client.get(f"/v1/traces/{trace_id}").json()


def test_the_id_of_a_call_stands_in_the_answers_header_and_body(client: httpx.Client) -> None:
    reply = client.post("/v1/ask", json={"question": QUESTION})
    trace_id = reply.json()["trace"]["id"]
    assert reply.headers["x-request-id"] == trace_id
    assert reply.headers["traceparent"] == f"00-{trace_id}-{trace_id[16:]}-01"
    kept = rate(client, trace_id)
    assert kept["asked"] == QUESTION and kept["feedback"][0]["comment"] == "good"
    steps = {step["name"]: step for step in kept["steps"]}
    assert steps["dense"]["within"] == steps["retrieve"]["number"] and steps["dense"]["at_ms"] >= 0


def test_a_call_under_a_foreign_trace_keeps_an_id_of_its_own(client: httpx.Client) -> None:
    headers = {"traceparent": f"00-{TRACE}-{SPAN}-01"}
    replies = [client.post("/v1/ask", json={"question": QUESTION}, headers=headers) for _ in range(2)]
    ids = {reply.json()["trace"]["id"] for reply in replies}
    assert len(ids) == 2 and TRACE not in ids
    for reply in replies:
        version, trace, span, flags = reply.headers["traceparent"].split("-")
        assert (version, trace, flags) == ("00", TRACE, "01") and span == reply.headers["x-request-id"][16:]
        rate(client, reply.headers["x-request-id"])


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", ["vademecum", "chat"])
def test_openais_client_finds_the_id_and_can_rate(
    served: Served, client: httpx.Client, model: str, stream: bool
) -> None:
    official = openai.OpenAI(base_url=f"{served.url}/v1", api_key="none")
    name = model if model == "vademecum" else served.workspace.chat_name()
    asked: Any = {"model": name, "messages": [{"role": "user", "content": QUESTION}], "max_tokens": 8}
    if stream:
        with official.chat.completions.with_raw_response.create(**asked, stream=True).parse() as events:
            last = list(events)[-1]
        trace_id = last.model_extra["vademecum"]["trace"]["id"]
    else:
        last = official.chat.completions.create(**asked)
        trace_id = last.model_extra["vademecum"]["trace"]["id"]
        assert last._request_id == trace_id
    kept = rate(client, trace_id)
    assert kept["kind"] == ("ask" if model == "vademecum" else "chat") and kept["asked"] == QUESTION
    if model == "chat":
        (chat,) = [step for step in kept["steps"] if step["name"] == "chat"]
        assert last.usage.completion_tokens == chat["output_tokens"] <= 8
        assert last.usage.prompt_tokens == chat["input_tokens"]
        assert last.choices[0].finish_reason == chat["finish"]


def test_a_reply_that_a_stop_text_ends_is_recorded_too(served: Served, client: httpx.Client) -> None:
    asked = {"model": served.workspace.chat_name(), "messages": [{"role": "user", "content": "Say hello."}]}
    whole = client.post("/v1/chat/completions", json={**asked, "max_tokens": 12}).json()
    stop = whole["choices"][0]["message"]["content"].split()[1]
    cut = client.post("/v1/chat/completions", json={**asked, "max_tokens": 12, "stop": stop})
    assert cut.json()["usage"]["completion_tokens"] >= 1  # counted by us, as the model was stopped
    kept = client.get(f"/v1/traces/{cut.headers['x-request-id']}").json()
    (chat,) = [step for step in kept["steps"] if step["name"] == "chat"]
    assert "output_tokens" not in chat and "error" not in chat and not kept["error"]


def test_conversations_tell_it_too(client: httpx.Client) -> None:
    reply = client.post("/v1/conversations", json={"text": QUESTION})
    assert reply.json()["trace_id"] == reply.headers["x-request-id"]
    with client.stream("POST", "/v1/conversations", json={"text": QUESTION, "stream": True}) as streamed:
        assert f'"trace_id": "{streamed.headers["x-request-id"]}"' in streamed.read().decode()
    rate(client, streamed.headers["x-request-id"])


def test_a_model_rates_by_its_tool(served: Served, client: httpx.Client) -> None:
    async def work() -> tuple[Any, Any, Any]:
        async with Client(f"{served.url}/mcp") as tools:
            answer = await tools.call_tool("ask", {"question": QUESTION})
            name = answer.structured_content["trace_id"]
            wrong = await tools.call_tool("feedback", {"trace_id": name, "rating": 5})
            said = {"trace_id": name, "rating": -1, "correction": "At 10."}
            return name, wrong, await tools.call_tool("feedback", said)

    name, wrong, said = asyncio.run(work())
    assert wrong.is_error and "rating" in wrong.content[0].text
    assert not said.is_error and said.structured_content == {"trace_id": name, "rating": -1}
    kept = client.get(f"/v1/traces/{name}").json()
    assert kept["feedback"][0]["correction"] == "At 10."


def test_feedback_is_bounded(client: httpx.Client) -> None:
    trace_id = client.post("/v1/ask", json={"question": QUESTION}).json()["trace"]["id"]
    for wrong in (
        {"trace_id": trace_id, "rating": 2},
        {"trace_id": trace_id, "comment": "x" * 10_001},
        {"trace_id": trace_id, "correction": "x" * 10_001},
        {"trace_id": "x" * 65},
    ):
        assert client.post("/v1/feedback", json=wrong).status_code == 400
    for _ in range(5):  # the last word counts, so nobody fills the store by rating on and on
        rate(client, trace_id[:12])
    assert len(client.get(f"/v1/traces/{trace_id}").json()["feedback"]) == 1
    assert client.post("/v1/feedback", json={"trace_id": "f" * 32, "rating": 1}).status_code == 404


def test_the_server_sends_calls_as_parts_of_their_callers_traces(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "hours.md").write_text("# Hours\nThe shop opens at 9.\n", "utf-8")
    with Collector() as collector:
        settings = {"monitor.otlp_url": collector.url}
        with vademecum.open(tmp_path / "ws", config=settings) as workspace, listening(workspace) as url:
            headers = {"traceparent": f"00-{TRACE}-{SPAN}-01"}
            body = {"question": QUESTION, "stream": True}  # answered in a thread of its own
            reply = httpx.post(f"{url}/v1/ask", json=body, headers=headers, timeout=60)
            alone = httpx.post(f"{url}/v1/search", json={"query": "hours"}, timeout=60)
        roots = {
            span.attributes["vademecum.kind"]: span
            for span in collector.spans()
            if span.parent_id in ("", SPAN)
        }
    assert (roots["ask"].trace_id, roots["ask"].parent_id) == (TRACE, SPAN)
    assert roots["ask"].attributes["vademecum.trace.id"] == reply.headers["x-request-id"]
    assert (roots["search"].trace_id, roots["search"].parent_id) == (alone.headers["x-request-id"], "")
