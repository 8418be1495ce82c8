"""What `/metrics` tells after traffic, to whom, and that it stays small and right."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse
from serving import Served, listening

import vademecum

QUESTION = "When does the shop open?"
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server of its own, whose counts nobody else moves."""
    folder = tmp_path_factory.mktemp("watched")
    (folder / "documents").mkdir()
    (folder / "documents" / "hours.md").write_text("# Hours\nThe shop opens at 9 in the morning.\n", "utf-8")
    with vademecum.open(folder / "ws") as workspace, listening(workspace) as url:
        yield Served(url, workspace)


def read(url: str, **headers: str) -> Samples:
    reply = httpx.get(f"{url}/metrics", headers=headers, timeout=60)
    assert reply.status_code == 200 and reply.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse(reply.text)
        for sample in family.samples
    }


def total(samples: Samples, name: str, **labels: str) -> float:
    """Return the sum over the series of a name that have these labels."""
    return sum(
        value
        for (found, has), value in samples.items()
        if found == name and labels.items() <= dict(has).items()
    )


def test_traffic_is_counted(watched: Served) -> None:
    url = watched.url
    before = read(url)
    with httpx.Client(base_url=url, timeout=120) as client:
        trace = client.post("/v1/ask", json={"question": QUESTION}).json()["trace"]["id"]
        client.post("/v1/ask", json={"question": "What is the monthly salary of a packer?"})
        assert client.post("/v1/ask", json={"question": " "}).status_code == 400
        client.post("/v1/search", json={"query": "opening hours"})
        client.post("/v1/feedback", json={"trace_id": trace, "rating": -1})
        client.get("/v1/documents/none"), client.get("/v1/documents/neither")
        client.post("/v1/ingest", files={"files": ("parking.md", b"Parking costs 3 euros an hour.")})
    model = watched.workspace.chat_name()
    official = openai.OpenAI(base_url=f"{url}/v1", api_key="none")
    official.chat.completions.create(
        model=model, messages=[{"role": "user", "content": "Say hello."}], max_tokens=4
    )
    after = read(url)

    def more(name: str, **labels: str) -> float:
        return total(after, name, **labels) - total(before, name, **labels)

    requests = "http_server_request_duration_seconds_count"
    assert more(requests, http_route="/v1/ask", http_response_status_code="200") == 2
    assert more(requests, http_route="/v1/ask", http_response_status_code="400") == 1
    assert more(requests, http_route="/v1/documents/{name}", http_response_status_code="404") == 2
    assert more("vademecum_answers_total", outcome="answered") == 1
    assert more("vademecum_answers_total", outcome="abstained") == 1
    assert more("vademecum_answer_confidence_count") == 2
    assert more("vademecum_call_duration_seconds_count", kind="search") == 1
    assert more("vademecum_step_duration_seconds_count", step="dense") == 3
    assert more("vademecum_ingest_files_total", outcome="read") == 1
    assert more("vademecum_ingest_chunks_total") == 1
    assert more("vademecum_documents") == 1
    assert more("vademecum_feedback", rating="bad") == 1
    embeddings = {"gen_ai_operation_name": "embeddings", "gen_ai_request_model": "bge-small-en"}
    assert more("gen_ai_client_operation_duration_seconds_count", **embeddings) == 3
    chat = {
        "gen_ai_operation_name": "chat",
        "gen_ai_request_model": model,
        "gen_ai_provider_name": "vademecum",
    }
    assert more("gen_ai_client_operation_duration_seconds_count", **chat, error_type="") == 1
    assert 1 <= more("gen_ai_client_token_usage_sum", **chat, gen_ai_token_type="output") <= 4
    assert more("gen_ai_client_token_usage_sum", **chat, gen_ai_token_type="input") > 4
    assert more("gen_ai_client_operation_time_to_first_chunk_seconds_count", **chat) == 1
    assert more("vademecum_queue_wait_seconds_count") == 6
    assert total(after, "vademecum_queue_running") == total(after, "vademecum_queue_waiting") == 0
    assert total(after, "http_server_active_requests") == 1  # the one that reads
    assert total(after, "vademecum_build_info", version=vademecum.__version__) == 1
    assert total(after, "process_resident_memory_bytes") > 50_000_000


def test_labels_do_not_grow_with_what_people_send(watched: Served) -> None:
    with httpx.Client(base_url=watched.url, timeout=60) as client:
        client.get("/v1/documents/first"), client.get("/nothing/here"), client.request("BREW", "/tea")
        client.post("/v1/search", json={"query": "hours"})
        before = read(watched.url)
        for number in range(50):
            client.get(f"/v1/documents/{number}")
            client.get(f"/nothing/{number}")
            client.request(f"BREW{number}", "/tea")
            client.post("/v1/search", json={"query": f"hours {number}", "top_k": 1 + number % 5})
        after = read(watched.url)
    assert {series for series in after if "hours" in str(series) or "/nothing" in str(series)} == set()
    assert after.keys() - before.keys() == set()
    routes = {dict(labels).get("http_route") for _, labels in after} - {None}
    assert "unmatched" in routes and "/v1/documents/{name}" in routes and len(routes) < 15


def test_it_counts_right_with_many_at_once(watched: Served) -> None:
    before = read(watched.url)

    def work() -> None:
        with httpx.Client(base_url=watched.url, timeout=120) as client:
            for _ in range(20):
                client.post("/v1/search", json={"query": "opening hours"})
                client.get("/v1/models")

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = read(watched.url)
    for name, labels in (
        ("vademecum_call_duration_seconds_count", {"kind": "search"}),
        ("vademecum_queue_wait_seconds_count", {}),
        ("http_server_request_duration_seconds_count", {"http_route": "/v1/models"}),
    ):
        assert total(after, name, **labels) - total(before, name, **labels) == 160, name


def test_refusals_are_counted(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "hours.md").write_text("# Hours\nThe shop opens at 9.\n", "utf-8")
    with (
        vademecum.open(tmp_path / "ws") as workspace,
        listening(workspace, running=1, waiting=0) as url,
        workspace.calls._lock,  # whoever is let in waits here
    ):
        inside = threading.Thread(
            target=httpx.post, args=(f"{url}/v1/search",), kwargs={"json": {"query": "x"}}
        )
        inside.start()
        while total(read(url), "vademecum_queue_running") < 1:
            pass
        assert httpx.post(f"{url}/v1/search", json={"query": "hours"}).status_code == 429
        assert total(read(url), "vademecum_queue_refused_total") == 1
        workspace.calls._lock.release()
        inside.join()
        workspace.calls._lock.acquire()


def test_where_there_are_keys_only_an_owner_reads(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    with vademecum.open(tmp_path / "ws") as workspace, listening(workspace) as url:
        read(url)
        secrets = {
            role: workspace.state().keys.add(role, role=role) for role in ("owner", "editor", "reader")
        }
        assert httpx.get(f"{url}/metrics").status_code == 401
        for role in ("editor", "reader"):
            denied = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {secrets[role]}"})
            assert denied.status_code == 403 and "takes the role owner" in denied.text
        read(url, Authorization=f"Bearer {secrets['owner']}")


def test_openmetrics_names_the_trace_of_a_slow_call(watched: Served) -> None:
    httpx.post(f"{watched.url}/v1/ask", json={"question": QUESTION}, timeout=60)
    reply = httpx.get(f"{watched.url}/metrics", headers={"Accept": "application/openmetrics-text"})
    (calls,) = [one for one in parse_openmetrics(reply.text) if one.name == "vademecum_call_duration_seconds"]
    named = {sample.exemplar.labels["trace_id"] for sample in calls.samples if sample.exemplar}
    assert named & {one.trace.id for one in watched.workspace.state().traces.list()}


def test_servers_in_one_process_count_for_themselves(watched: Served, tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    with vademecum.open(tmp_path / "ws") as workspace, listening(workspace) as other:
        before = read(other)
        httpx.post(f"{watched.url}/v1/search", json={"query": "hours"}, timeout=60)
        assert total(read(other), "vademecum_call_duration_seconds_count") == total(
            before, "vademecum_call_duration_seconds_count"
        )
    assert workspace.watchers == []
