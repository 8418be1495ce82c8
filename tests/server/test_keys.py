"""Keys, roles and rates: who may call, what they may do, and that nobody sees what is another's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from serving import Served, listening

import vademecum

PER_MINUTE = 30
QUESTION = "When does the shop open?"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Served]:
    """A server that asks for keys."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "hours.md").write_text(
        "# Hours\nThe shop opens at 9 in the morning.\n", "utf-8"
    )
    with (
        vademecum.open(tmp_path / "ws") as workspace,
        listening(workspace, per_minute=PER_MINUTE) as url,
    ):
        yield Served(url, workspace)


def client(served: Served, user: str, role: str) -> httpx.Client:
    secret = served.workspace.state().keys.add(user, role=role)
    return httpx.Client(base_url=served.url, headers={"Authorization": f"Bearer {secret}"}, timeout=60)


def test_the_first_key_shuts_the_door_and_the_last_one_revoked_does_not_open_it(guarded: Served) -> None:
    assert httpx.get(f"{guarded.url}/v1/documents").status_code == 200
    with client(guarded, "ana", "reader") as ana:
        assert ana.get("/v1/documents").status_code == 200
        shut = httpx.get(f"{guarded.url}/v1/documents")
        assert shut.status_code == 401 and shut.headers["www-authenticate"] == "Bearer"
        assert httpx.get(f"{guarded.url}/healthz").json()["status"] == "ok"
        (key,) = guarded.workspace.state().keys.list()
        guarded.workspace.state().keys.delete(key.number)
        assert ana.get("/v1/documents").status_code == 401
        assert httpx.get(f"{guarded.url}/v1/documents").status_code == 401


def test_openais_client_raises_its_own_errors(guarded: Served) -> None:
    secret = guarded.workspace.state().keys.add("ana", role="reader")
    wrong = openai.OpenAI(base_url=f"{guarded.url}/v1", api_key="wrong", max_retries=0)
    with pytest.raises(openai.AuthenticationError):
        wrong.models.list()
    right = openai.OpenAI(base_url=f"{guarded.url}/v1", api_key=secret, max_retries=0)
    reply = right.chat.completions.create(model="vademecum", messages=[{"role": "user", "content": QUESTION}])
    assert "9" in str(reply.choices[0].message.content)
    with pytest.raises(openai.RateLimitError) as full:
        for _ in range(PER_MINUTE):
            right.models.list()
    assert 1 <= int(full.value.response.headers["retry-after"]) <= 60


def test_readers_ask_and_only_editors_add(guarded: Served) -> None:
    files = {"files": ("rates.md", b"Parking costs 3 euros an hour.")}
    with client(guarded, "rita", "reader") as rita, client(guarded, "ed", "editor") as ed:
        refused = rita.post("/v1/ingest", files=files)
        assert refused.status_code == 403 and "editor" in refused.json()["error"]["message"]
        assert ed.post("/v1/ingest", files=files).json()["documents"] == 1
        assert (guarded.workspace.folder / "uploads" / "ed" / "rates.md").is_file()
        assert rita.post("/v1/ask", json={"question": QUESTION}).json()["answered"]
    assert [(one["user"], one["action"]) for one in guarded.workspace.state().audit.list()] == [
        ("ed", "ingest")
    ]


def test_mcp_asks_for_the_key_and_holds_to_the_role(guarded: Served) -> None:
    secret = guarded.workspace.state().keys.add("rita", role="reader")

    async def work(headers: dict[str, str]) -> tuple[Any, Any]:
        async with httpx.AsyncClient(headers=headers) as http:
            transport = streamable_http_client(f"{guarded.url}/mcp", http_client=http)
            async with Client(transport) as session:
                return (
                    await session.call_tool("ask", {"question": QUESTION}),
                    await session.call_tool("ingest", {"name": "a.md", "text": "b"}),
                )

    answer, refused = asyncio.run(work({"Authorization": f"Bearer {secret}"}))
    assert answer.structured_content["answered"]
    assert refused.is_error and "editor" in refused.content[0].text
    assert [one.user for one in guarded.workspace.state().traces.list()] == ["rita"]
    assert httpx.post(f"{guarded.url}/mcp", json={}).status_code == 401


def test_what_is_anas_is_not_bens(guarded: Served) -> None:
    with (
        client(guarded, "ana", "reader") as ana,
        client(guarded, "ben", "reader") as ben,
        client(guarded, "olga", "owner") as olga,
    ):
        turn = ana.post("/v1/conversations", json={"text": QUESTION}).json()
        assert "9 in the morning" in turn["answer"]["text"]
        ana.post("/v1/conversations", json={"text": "Remember that I like tea."})
        name, trace = turn["conversation"], turn["trace_id"]
        assert len(ana.get(f"/v1/conversations/{name}").json()["turns"]) == 1
        assert len(ana.get("/v1/traces").json()["traces"]) == 2
        (fact,) = ana.get("/v1/memory").json()["facts"]

        assert ben.get("/v1/conversations").json() == {"conversations": []}
        assert ben.get("/v1/traces").json() == {"traces": []}
        assert ben.get("/v1/memory").json() == {"facts": []}
        for reply in (
            ben.get(f"/v1/conversations/{name}"),
            ben.delete(f"/v1/conversations/{name}"),
            ben.post("/v1/conversations", json={"text": "And?", "conversation": name}),
            ben.get(f"/v1/traces/{trace}"),
            ben.post("/v1/feedback", json={"trace_id": trace, "rating": 1}),
            ben.patch(f"/v1/memory/{fact['id']}", json={"text": "I like beer."}),
            ben.delete(f"/v1/memory/{fact['id']}"),
        ):
            assert reply.status_code == 404 and reply.json()["error"]["code"] == "not_found", (
                reply.request.url
            )

        rated = ana.post("/v1/feedback", json={"trace_id": trace, "rating": -1, "correction": "at 10"})
        assert rated.json()["user"] == "ana"
        assert ben.get("/v1/feedback").json() == {"feedback": []}
        (seen,) = olga.get("/v1/feedback").json()["feedback"]
        assert (seen["user"], seen["correction"]) == ("ana", "at 10")
        assert olga.get(f"/v1/traces/{trace}").json()["feedback"] == [seen]
        assert ana.delete(f"/v1/memory/{fact['id']}").json()["deleted"]
        assert ana.delete(f"/v1/conversations/{name}").json()["deleted"]


def test_a_browser_logs_in_and_out(guarded: Served) -> None:
    secret = guarded.workspace.state().keys.add("ana", role="reader")
    with httpx.Client(base_url=guarded.url) as browser:
        assert browser.post("/v1/login", json={"key": "wrong"}).status_code == 401
        reply = browser.post("/v1/login", json={"key": secret})
        assert reply.json() == {"user": "ana", "role": "reader"}
        cookie = reply.headers["set-cookie"].lower()
        assert "httponly" in cookie and "samesite=strict" in cookie
        assert browser.get("/v1/documents").status_code == 200
        browser.post("/v1/logout")
        assert browser.get("/v1/documents").status_code == 401


def test_turns_stream_and_an_unfinished_one_is_kept(guarded: Served) -> None:
    with client(guarded, "ana", "reader") as ana:
        with ana.stream("POST", "/v1/conversations", json={"text": QUESTION, "stream": True}) as reply:
            lines = [line for line in reply.iter_lines() if line]
        assert lines[-1] == "data: [DONE]" and '"turn"' in lines[-2]
        (talk,) = ana.get("/v1/conversations").json()["conversations"]
        (turn,) = ana.get(f"/v1/conversations/{talk['id']}").json()["turns"]
        assert turn["answer"]["answered"]
