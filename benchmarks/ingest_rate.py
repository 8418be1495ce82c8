"""Ingest against the embedder's ceiling: chunks a second, with and without everything around it.

Use: python benchmarks/ingest_rate.py --data ../shared/data [--rounds 3]
The ceiling is the raw session over the very passages the ingest embeds, tokenised by its own
tokenizer, one text a call, one single-threaded caller a core: the fastest of the ways tried (padded
batches of 32 are shown beside it). Both run in turn in one process; ratios are pair by pair.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

import vademecum
from vademecum.models.catalog import find_model
from vademecum.models.onnx import OnnxModel
from vademecum.models.pull import ensure_model
from vademecum.stores.schema import CHUNKS
from vademecum.stores.store import FOLDER_NAME, Store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-rate"))
    options = parser.parse_args()
    rows = options.data / "squad1_du" / "contexts.jsonl.gz"
    model = OnnxModel(ensure_model(find_model("bge-small-en")))
    ratios = []
    for number in range(options.rounds):
        shutil.rmtree(options.work, ignore_errors=True)
        with vademecum.open(options.work) as workspace:
            began = time.perf_counter()
            summary = workspace.ingest(rows)
            ours = summary.embedded / (time.perf_counter() - began)
        texts = passages(options.work)
        ceiling = raw_rate(model, texts)
        ratios.append(ours / ceiling)
        print(
            f"round {number}: ingest {ours:.1f}, raw session {ceiling:.1f} chunks/s, ratio {ratios[-1]:.3f}"
        )
    print(
        f"median ratio {statistics.median(ratios):.3f}; padded batches of 32: {padded_rate(model, texts):.1f}"
    )


def passages(folder: Path) -> list[str]:
    """Return the passages that were embedded, in the order of the store."""
    rows = Store.open(folder / FOLDER_NAME).scan(CHUNKS, ["context", "text"]).to_pylist()
    return list(
        dict.fromkeys(f"{row['context']}\n{row['text']}" if row["context"] else row["text"] for row in rows)
    )


def raw_rate(model: OnnxModel, texts: list[str]) -> float:
    """Return texts a second, one text a call, one caller a core."""
    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(model.run, texts))
    return len(texts) / (time.perf_counter() - began)


def padded_rate(model: OnnxModel, texts: list[str], batch: int = 32) -> float:
    """Return texts a second in padded batches on one session, one caller a core."""
    session = model._session
    subset = texts[: batch * 12]

    def run(start: int) -> None:
        codes = [model.tokenizer.encode(text).ids for text in subset[start : start + batch]]
        width = max(map(len, codes))
        ids = np.zeros((len(codes), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, code in enumerate(codes):
            ids[row, : len(code)], mask[row, : len(code)] = code, 1
        session.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})

    began = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, range(0, len(subset), batch)))
    return len(subset) / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
