"""The server's own routes, its limits, and what it refuses."""

from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import httpx
import pytest
from serving import Served, listening
from typer.testing import CliRunner

import vademecum
from vademecum.cli.app import app
from vademecum.errors import BusyError, ConfigError
from vademecum.stores.protocols import Index

QUESTION = "Who founded the shop?"
JSON = "application/json"


def test_health(served: Served) -> None:
    health = httpx.get(f"{served.url}/healthz").json()
    assert health["status"] == "ok" and health["documents"] >= 3


def test_ask_whole_and_in_pieces(served: Served) -> None:
    whole = httpx.post(f"{served.url}/v1/ask", json={"question": QUESTION}).json()
    assert "Ada Berg" in whole["text"]
    with httpx.stream("POST", f"{served.url}/v1/ask", json={"question": QUESTION, "stream": True}) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        *events, end = [line.removeprefix("data: ") for line in reply.iter_lines() if line]
    told = [json.loads(event) for event in events]
    assert end == "[DONE]"
    assert "".join(one.get("text", "") for one in told) == whole["text"]
    assert told[-1]["answer"]["citations"] == whole["citations"]


def test_search_and_filters(served: Served) -> None:
    body = {"query": "opening hours", "top_k": 2}
    hits = httpx.post(f"{served.url}/v1/search", json=body).json()["hits"]
    assert len(hits) == 2 and hits[0]["document"].endswith("hours.md")
    wrong = httpx.post(f"{served.url}/v1/search", json={**body, "where": ["year is old"]})
    assert wrong.status_code == 400 and "year is old" in wrong.json()["error"]["message"]
    unknown = httpx.post(f"{served.url}/v1/search", json={**body, "topk": 3})
    assert unknown.status_code == 400 and "topk" in unknown.json()["error"]["message"]


def test_documents_and_their_quotes(served: Served) -> None:
    listed = httpx.get(f"{served.url}/v1/documents", params={"limit": 2}).json()
    assert listed["total"] >= 3 and len(listed["documents"]) == 2
    rest = httpx.get(f"{served.url}/v1/documents", params={"limit": 1000, "offset": 2}).json()
    assert len(rest["documents"]) == listed["total"] - 2
    (returns,) = [one for one in listed["documents"] + rest["documents"] if "returns.md" in one["source"]]
    text = httpx.get(f"{served.url}/v1/documents/{returns['id']}").json()["text"]
    start = text.index("Goods")
    part = httpx.get(
        f"{served.url}/v1/documents/{returns['id']}", params={"start": start, "end": start + 5}
    ).json()
    assert part["quote"] == "Goods" and part["before"] + part["quote"] + part["after"] == text
    missing = httpx.get(f"{served.url}/v1/documents/none")
    assert missing.status_code == 404 and "'none'" in missing.json()["error"]["message"]


@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b'"text"', b"\xff\xfe", b'{"question": 5}'])
def test_malformed_bodies_are_bad_requests(served: Served, content: bytes) -> None:
    reply = httpx.post(f"{served.url}/v1/ask", content=content, headers={"content-type": "application/json"})
    assert reply.status_code == 400
    assert reply.json()["error"]["type"] == "invalid_request_error"


def test_a_body_that_is_too_large_is_refused_as_it_comes(served: Served) -> None:
    def pieces():  # type: ignore[no-untyped-def]
        yield b'{"question": "'
        for _ in range(200):
            yield b"x" * 100_000

    reply = httpx.post(f"{served.url}/v1/ask", content=pieces(), headers={"content-type": "application/json"})
    assert reply.status_code == 413
    assert "larger than 10,000,000 bytes" in reply.json()["error"]["message"]


def test_another_host_name_is_refused(served: Served) -> None:
    reply = httpx.get(f"{served.url}/v1/documents", headers={"host": "evil.example"})
    assert reply.status_code == 400


def test_more_than_may_wait_are_told_to_come_again(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("busy")
    (folder / "documents").mkdir()
    (folder / "documents" / "a.md").write_text("The bell rings at noon.\n", "utf-8")
    going, may_end = threading.Event(), threading.Event()
    with vademecum.open(folder / "ws") as workspace, listening(workspace, running=1, waiting=1) as url:
        index = workspace.index()

        def slow() -> Index:
            going.set()
            may_end.wait(30)
            return index

        workspace.index = slow  # type: ignore[method-assign]

        def ask() -> httpx.Response:
            return httpx.post(f"{url}/v1/search", json={"query": "bell"}, timeout=60)

        with ThreadPoolExecutor(3) as clients:
            first = clients.submit(ask)
            assert going.wait(30)
            others = [clients.submit(ask), clients.submit(ask)]
            turned_away = next(as_completed(others)).result()
            may_end.set()
            assert turned_away.status_code == 429 and int(turned_away.headers["retry-after"]) >= 1
            assert first.result().status_code == 200
            assert sorted(one.result().status_code for one in others) == [200, 429]
        assert httpx.get(f"{url}/healthz").json()["status"] == "ok"


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    vademecum.open(tmp_path).close()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BusyError, match=f"127.0.0.1:{port} cannot be listened to: .* --port"):
            CliRunner().invoke(
                app,
                ["serve", "--port", str(port), "--workspace", str(tmp_path)],
                catch_exceptions=False,
            )


def test_it_listens_to_this_machine_only_until_there_are_keys(tmp_path: Path) -> None:
    vademecum.open(tmp_path).close()
    for host in ("0.0.0.0", "example.org"):
        arguments = ["serve", "--host", host, "-w", str(tmp_path)]
        with pytest.raises(ConfigError, match=f"host = {host} is open to others"):
            CliRunner().invoke(app, arguments, catch_exceptions=False)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/ask", {"question": "What is \ud800?"}),
        ("/v1/ask", {"question": "What is \x00?"}),
        ("/v1/search", {"query": "bell", "where": ["title = \udfff"]}),
        ("/v1/conversations", {"text": "Remember that I am \ud800"}),
        ("/v1/feedback", {"trace_id": "\ud800aaa"}),
        ("/v1/embeddings", {"model": "bge-small-en", "input": ["a", "\ud800"]}),
        ("/v1/chat/completions", {"model": "vademecum", "messages": [{"role": "user", "content": "\ud800"}]}),
    ],
)
def test_what_is_no_text_is_refused(served: Served, path: str, body: dict[str, object]) -> None:
    reply = httpx.post(f"{served.url}{path}", content=json.dumps(body), headers={"content-type": JSON})
    assert reply.status_code == 400 and "which is no character" in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/traces?offset={10**23}",
        f"/v1/documents?offset={10**23}",
        f"/v1/documents/abc?start={10**30}",
        "/v1/traces/%00",
        "/v1/documents/" + "a" * 200,
    ],
)
def test_numbers_and_names_without_measure_are_refused(served: Served, path: str) -> None:
    assert httpx.get(f"{served.url}{path}").status_code == 400
