"""What the page costs: the trace's tables in an answer, a drawn page, and the server's start with it.

Use: python benchmarks/page.py [--work DIR]
Over the example documents. Times of processes are CPU seconds, so that what else the machine does matters
less.
"""

from __future__ import annotations

import argparse
import functools
import json
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from serving_process import Serving

import vademecum
from vademecum.generate.evidence import Evidence
from vademecum.retrieve import run as retrieving
from vademecum.ui.page_picture import page_picture

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
ROUNDS = 5
spent_s = 0.0


def timed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Count the thread's time in a function."""

    @functools.wraps(function)
    def run(*given: Any, **named: Any) -> Any:
        global spent_s
        began = time.thread_time()
        try:
            return function(*given, **named)
        finally:
            spent_s += time.thread_time() - began

    return run


def trace_cost(folder: Path) -> None:
    """Print what the tables of passages and sentences take of an answer."""
    for holder, name in ((retrieving, "rows_told"), (retrieving, "_named"), (retrieving, "told_passages")):
        setattr(holder, name, timed(getattr(holder, name)))
    Evidence.told = timed(Evidence.told)  # type: ignore[method-assign]
    questions = [one["ask"] for one in tomllib.loads((EXAMPLES / "questions.toml").read_text())["question"]]
    with vademecum.open(folder) as workspace:
        answers = [workspace.ask(question) for question in questions]
        globals()["spent_s"] = 0.0
        began = time.process_time()
        for _ in range(ROUNDS):
            answers = [workspace.ask(question) for question in questions]
        all_s = time.process_time() - began
    count = ROUNDS * len(questions)
    size = sum(len(json.dumps(answer.trace.to_dict())) for answer in answers) / len(answers)
    print(
        f"{count} answers of {1000 * all_s / count:.0f} ms CPU; tables {1000 * spent_s / count:.2f} ms,"
        f" {100 * spent_s / all_s:.2f}%; a trace has {size / 1000:.1f} kB"
    )


def drawing_cost() -> None:
    """Print how long a page of a PDF takes to be drawn with its quote."""
    data = (EXAMPLES / "documents" / "handbook.pdf").read_bytes()
    quote = "The refund period for garden tools is 30 days from the day of delivery."
    times = []
    for nth in range(ROUNDS):
        began = time.perf_counter()
        drawn = page_picture(data, media_type="application/pdf", name="a.pdf", page=3, quote=quote, nth=nth)
        times.append(time.perf_counter() - began)
        assert drawn is not None and drawn.quote
    print(f"a page of a PDF is drawn in {1000 * sorted(times)[ROUNDS // 2]:.0f} ms")


def start_cost(folder: Path) -> None:
    """Print the CPU seconds of a server until it is healthy, and until its page is there."""
    for _ in range(3):
        with Serving(folder) as server:
            while "gradio_config" not in server.client.get("/").text:
                time.sleep(0.02)
            print(
                f"healthy after {server.ready_cpu_s:.1f} s CPU, page after {server.cpu_s():.1f} s CPU,"
                f" {server.memory_bytes() / 1e6:.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-page"))
    given = parser.parse_args()
    with vademecum.open(given.work) as opened:
        opened.ingest(EXAMPLES / "documents")
    trace_cost(given.work)
    drawing_cost()
    start_cost(given.work)
