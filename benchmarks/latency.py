"""Milliseconds of a search, step by step, at NPL's size and at 50,000 chunks, and searches a second.

Use: python benchmarks/latency.py --data ../shared/data --work DIR (workspaces of retrieval.py are reused)
The 50,000 chunks are NPL's documents, each four times with other words around it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from collections_data import load_judged
from retrieval import prepare

import vademecum
from vademecum.values import TraceRecorder

_LARGE = 50_000
_CLIENTS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    judged = load_judged(options.data, "npl_vaswani")
    queries = list(judged.queries.values())
    report("npl", prepare(judged, options.work), queries)
    report("50k", prepare_large(judged.rows, options.work), queries)


def prepare_large(rows: Path, work: Path) -> Path:
    """Ingest 50,000 chunks into a workspace, unless that was done, and return the folder."""
    path = work / "large.jsonl"
    if not path.exists():
        with gzip.open(rows, "rt", encoding="utf-8") as source:
            originals = [json.loads(line) for line in source]
        with path.open("w", encoding="utf-8") as target:
            for number in range(_LARGE):
                row = originals[number % len(originals)]
                other = originals[(number * 7919 + 13) % len(originals)]["text"].split()[:8]
                text = f"{row['text']} {' '.join(other)} {number}"
                target.write(json.dumps({"_id": str(number), "text": text}) + "\n")
    with vademecum.open(work / "ws-large") as workspace:
        workspace.ingest(path, id_field="_id", text_field="text")
    return work / "ws-large"


def report(name: str, folder: Path, queries: list[str]) -> None:
    """Print medians of every step without and with rerank, and the rate of several clients."""
    for rerank in (False, True):
        with vademecum.open(folder, config={"retrieve.rerank": rerank}) as workspace:
            workspace.search("warm up the models and the index")
            steps, totals = defaultdict(list), []
            for query in queries * (1 if rerank else 3):
                recorder = TraceRecorder()
                began = time.perf_counter()
                workspace.search(query, recorder=recorder)
                totals.append((time.perf_counter() - began) * 1000)
                for step in recorder.trace().steps:
                    steps[step.name].append(step.ms)
            medians = {step: round(statistics.median(times), 2) for step, times in steps.items()}
            total = statistics.median(totals)
            beside = total - medians["embed"]
            print(
                f"{name} rerank={rerank}: p50 {total:.2f} ms, beside the embedding {beside:.2f} ms, {medians}"
            )
            with ThreadPoolExecutor(_CLIENTS) as clients:
                began = time.perf_counter()
                list(clients.map(workspace.search, queries * (1 if rerank else 4)))
                rate = len(queries) * (1 if rerank else 4) / (time.perf_counter() - began)
            print(f"{name} rerank={rerank}: {rate:.1f} searches/s at {_CLIENTS} clients")


if __name__ == "__main__":
    main()
