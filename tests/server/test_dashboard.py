"""Dashboard and metrics belong together: what one asks for the other tells, and what is told is shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from collector import Collector
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from serving import listening

import vademecum

EXAMPLES = Path(__file__).parents[2] / "examples"
DASHBOARDS = sorted(EXAMPLES.rglob("*dashboard*.json"))
NOT_SHOWN = {
    "process_virtual_memory_bytes": "mapped files count here; resident memory is what the process takes",
}
"""Metrics that are told and not shown, with the reason."""
MADE_BY_PROMETHEUS = {"instance", "job", "le"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Metric]:
    """Metrics after some traffic of every kind."""
    folder = tmp_path_factory.mktemp("dashboard")
    (folder / "documents").mkdir()
    (folder / "documents" / "hours.md").write_text("# Hours\nThe shop opens at 9 in the morning.\n", "utf-8")
    with (
        Collector() as collector,
        vademecum.open(folder / "ws", config={"monitor.otlp_url": collector.url}) as workspace,
        listening(workspace) as url,
        httpx.Client(base_url=url, timeout=120) as client,
    ):
        trace = client.post("/v1/ask", json={"question": "When does the shop open?"}).json()["trace"]["id"]
        client.post("/v1/feedback", json={"trace_id": trace, "rating": 1})
        client.post("/v1/ingest", files={"files": ("parking.md", b"Parking costs 3 euros an hour.")})
        openai.OpenAI(base_url=f"{url}/v1", api_key="none").chat.completions.create(
            model=workspace.chat_name(), messages=[{"role": "user", "content": "Hello"}], max_tokens=4
        )
        return {one.name: one for one in text_string_to_metric_families(client.get("/metrics").text)}


def queries() -> Iterator[tuple[str, str]]:
    """Yield the title of each panel with each of its queries."""
    for path in DASHBOARDS:
        dashboard = json.loads(path.read_text("utf-8"))
        for panel in dashboard["panels"]:
            for target in panel.get("targets", ()):
                yield panel["title"], target["expr"]


def names_in(query: str) -> set[str]:
    """Return the names of the series in a query, each of which has a selector."""
    return set(re.findall(r"([a-zA-Z_:][\w:]*)\{", query))


def test_every_query_finds_what_it_asks_for(told: dict[str, Metric]) -> None:
    assert len(DASHBOARDS) == 1 and len(list(queries())) >= 40
    samples = {sample.name: set(sample.labels) for metric in told.values() for sample in metric.samples}
    for title, query in queries():
        names = names_in(query)
        assert names and names <= set(samples), f"{title}: {names - set(samples)}"
        labels = set().union(*(samples[name] for name in names)) | MADE_BY_PROMETHEUS
        grouped = re.findall(r"by \(([\w, ]*)\)", query)
        matched = re.findall(r"[{,]\s*(\w+)\s*[=!]", query)
        used = {label.strip() for group in grouped for label in group.split(",")} | set(matched)
        assert used <= labels, f"{title}: {used - labels}"


def test_every_metric_is_shown_or_left_out_for_a_reason(told: dict[str, Metric]) -> None:
    shown = set().union(*(names_in(query) for _, query in queries()))
    hidden = {name for name, metric in told.items() if not shown & {sample.name for sample in metric.samples}}
    assert hidden == set(NOT_SHOWN)


def test_panels_have_words_places_and_the_chosen_source() -> None:
    for path in DASHBOARDS:
        dashboard = json.loads(path.read_text("utf-8"))
        panels = [panel for panel in dashboard["panels"] if panel["type"] != "row"]
        assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])
        assert all(panel["title"] and panel["description"] for panel in panels)
        assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
        taken: set[tuple[int, int]] = set()
        for panel in dashboard["panels"]:
            place = panel["gridPos"]
            cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
            assert not cells & taken and place["x"] + place["w"] <= 24, panel["title"]
            taken |= cells
