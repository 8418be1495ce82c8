"""The page as the server gives it: who is let in, what of Gradio is open, events under each one's rights."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from serving import Served, listening

import vademecum

QUESTION = "When does the shop open?"
START_S = 120
PER_MINUTE = 100


class Visitor:
    """A browser that needs no pictures.

    Attributes:
        http: What it asks with.
        page: The page's HTML, once it is there.
    """

    def __init__(self, url: str, secret: str = "") -> None:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.http = httpx.Client(base_url=url, headers=headers, timeout=60)
        deadline = time.monotonic() + START_S
        while "gradio_config" not in (page := self.http.get("/").text):
            assert "is starting" in page and time.monotonic() < deadline, page
            time.sleep(0.2)
        self.page = page
        found = re.search(r"window\.gradio_config = (\{.*?\});</script>", page)
        assert found
        self._events = {one["targets"][0][1]: one["id"] for one in json.loads(found[1])["dependencies"]}

    def does(self, name: str, /, **data: Any) -> list[str]:
        """Let something be done on the page and return what its regions show then."""
        reply = self.http.post("/gradio_api/run/predict", json=self._body(name, data))
        assert reply.status_code == 200, reply.text
        return list(reply.json()["data"])

    def asks(self, text: str, talk: str = "") -> list[str]:
        """Ask as the page's script does and return what its regions show then."""
        reply = self.http.post("/v1/conversations", json={"text": text, "conversation": talk})
        assert reply.status_code == 200, reply.text
        return self.does("show", talk=reply.json()["conversation"])

    def close(self) -> None:
        self.http.close()

    def _body(self, name: str, data: Any) -> dict[str, Any]:
        return {"data": [], "event_data": data, "fn_index": self._events[name], "session_hash": "s"}


Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("keyed")
    (folder / "documents").mkdir()
    text = "# Hours\nThe shop opens at 9 in the morning.\n"
    (folder / "documents" / "hours.md").write_text(text, "utf-8")
    with vademecum.open(folder / "ws") as workspace:
        add = workspace.state().keys.add
        secrets = {name: add(name, role=role) for name, role in (("ed", "editor"), ("rita", "reader"))}
        with listening(workspace, per_minute=PER_MINUTE) as url:
            yield Served(url, workspace), secrets


@pytest.fixture
def visit() -> Iterator[Callable[..., Visitor]]:
    """Come to see the page of a server, with a key or without."""
    with ExitStack() as stack:

        def come(url: str, secret: str = "") -> Visitor:
            visitor = Visitor(url, secret)
            stack.callback(visitor.close)
            return visitor

        yield come


def test_the_page_asks_for_a_key_and_shows_nothing_without(keyed: tuple[Served, dict[str, str]]) -> None:
    served, _ = keyed
    reply = httpx.get(served.url)
    assert reply.status_code == 200 and 'type="password"' in reply.text
    assert (
        "gradio_config" not in reply.text and "'unsafe-eval'" not in reply.headers["content-security-policy"]
    )
    for method, path in (
        ("GET", "/assets/x.js"),
        ("GET", "/theme.css"),
        ("POST", "/gradio_api/run/predict"),
    ):
        assert httpx.request(method, served.url + path).status_code == 401, path


def test_only_what_the_page_needs_of_gradio_is_open(served: Served, visit: Visit) -> None:
    visitor = visit(served.url)
    reply = visitor.http.get("/")
    headers, policy = reply.headers, reply.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce and set(re.findall(r'<script nonce="([^"]+)"', reply.text)) == {nonce[1]}
    assert nonce[1] not in visitor.page, "each visit has one of its own"
    assert "script-src 'self' 'nonce-" in policy and "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "frame-ancestors 'none'" in policy and headers["x-content-type-options"] == "nosniff"
    assert re.findall(r'(?:src|href)="(?:https?:)?//', visitor.page) == [], "nothing comes from elsewhere"
    scripts = re.findall(r"<script(?![^>]* nonce=)", visitor.page)
    assert scripts == []
    for path in (
        "upload",
        "call/ask",
        "file=/etc/passwd",
        "info",
        "proxy=x",
        "component_server",
        "vibe-edit",
    ):
        for method in ("GET", "POST"):
            reply = visitor.http.request(method, f"/gradio_api/{path}")
            assert reply.status_code == 404 and "error" in reply.json(), path
    for path in ("/config", "/login", "/monitoring", "/manifest.json", "/svelte/x", "/docs"):
        assert visitor.http.get(path).status_code == 404, path
    assert visitor.http.get("/gradio_api/heartbeat/x").status_code == 204
    assert visitor.http.get("/favicon.ico").headers["content-type"] == "image/svg+xml"
    assert visitor.http.get("/openapi.json").json()["info"]["title"] == "Vademecum"
    assert visitor.http.get("/theme.css").headers["x-content-type-options"] == "nosniff"


def test_asked_rated_and_found_again(served: Served, visit: Visit) -> None:
    visitor = visit(served.url)
    talk, rail = visitor.asks(QUESTION)
    assert "9 in the morning" in talk and QUESTION in rail
    name = re.search(r'data-talk="([0-9a-f]+)"', talk)
    trace = re.search(r'data-trace="([0-9a-f]+)"', talk)
    assert name and trace
    given = {"trace_id": trace[1], "rating": -1, "correction": "at 10"}
    assert visitor.http.post("/v1/feedback", json=given).status_code == 200
    rated, _ = visitor.does("show", talk=name[1])
    assert 'aria-label="Bad answer" aria-pressed="true"' in rated and ">at 10</textarea>" in rated
    two, _ = visitor.asks("Who founded the shop?", talk=name[1])
    assert two.count("<article") == 2
    (panel,) = visitor.does("trace", trace=trace[1])
    assert "Reranked the best" in panel or "Searched by words" in panel
    (results,) = visitor.does("search", query="shop", name="hours")
    assert "hours.md" in results and "founder.md" not in results
    assert visitor.http.delete(f"/v1/conversations/{name[1]}").status_code == 200
    gone, rail = visitor.does("show", talk=name[1])
    assert "<article" not in gone and name[1] not in rail


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"document": 3, "start": [], "end": {"a": 1}},
        {"document": "0" * 32, "start": -5, "end": 10**30},
        {"document": "x' OR '1'='1", "start": "9" * 5_000},
    ],
)
def test_events_with_nonsense_are_answered(served: Served, visit: Visit, data: dict[str, Any]) -> None:
    visitor = visit(served.url)
    (panel,) = visitor.does("open", **data)
    assert "is gone, or you may not read it" in panel
    (panel,) = visitor.does("trace", trace=data.get("document", ""))
    assert "no trace begins" in panel
    talk, _ = visitor.does("show", talk="nobody's")
    assert "Ask your documents" in talk
    (found,) = visitor.does("search", query="", condition="?")
    assert "is not a filter" in found or "is empty" in found


def test_events_hold_to_who_sends_them(keyed: tuple[Served, dict[str, str]], visit: Visit) -> None:
    served, secrets = keyed
    ed, rita = (visit(served.url, secrets[name]) for name in ("ed", "rita"))
    files = {"files": ("plan.md", b"# Plan\nThe vault opens at midnight.")}
    assert ed.http.post("/v1/ingest", files=files).status_code == 200
    (found,) = ed.does("documents")
    document = re.search(r'data-document="([0-9a-f]{32})"[^>]*><strong>plan.md', found)
    assert document
    place = {"document": document[1], "start": 0, "end": 5}
    assert "vault" in ed.does("open", **place)[0]
    talk, _ = ed.asks("When does the vault open?")
    trace = re.search(r'data-trace="([0-9a-f]+)"', talk)
    name = re.search(r'data-talk="([0-9a-f]+)"', talk)
    assert "midnight" in talk and trace and name

    account, upload = rita.does("begin")
    assert "What you told" in rita.does("yours")[0]
    assert "rita" in account and "takes the role editor" in upload and "<input" not in upload
    assert "ed" in ed.does("begin")[0] and 'type="file"' in ed.does("begin")[1]
    assert "plan.md" not in rita.does("documents")[0]
    assert "vault" not in rita.does("open", **place)[0]
    assert "no trace begins" in rita.does("trace", trace=trace[1])[0]
    assert "<article" not in rita.does("show", talk=name[1])[0]
    assert "midnight" not in rita.asks("When does the vault open?")[0]


def test_files_of_the_page_do_not_count_as_requests(
    keyed: tuple[Served, dict[str, str]], visit: Visit
) -> None:
    served, _ = keyed
    secret = served.workspace.state().keys.add("max", role="reader")
    visitor = visit(served.url, secret)
    for _ in range(PER_MINUTE):
        assert visitor.http.get("/theme.css").status_code == 200
    statuses = [visitor.http.get("/v1/models").status_code for _ in range(PER_MINUTE)]
    assert statuses[0] == 200 and statuses[-1] == 429
