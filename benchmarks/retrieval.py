"""nDCG@10 of every leg and of the whole on the judged collections, collapsed to documents.

Use: python benchmarks/retrieval.py --data ../shared/data [--sets scifact npl_vaswani] [--work DIR]
Beside our pipeline stands a plain in-memory one (bm25s, exact dense, RRF 60) over the same chunks
and weights.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

import bm25s
import numpy as np
from collections_data import JUDGED, Judged, load_judged, ndcg_at_10

import vademecum
from vademecum.models.embed import Embedder
from vademecum.stores.schema import CHUNKS, DOCUMENTS, vectors_table
from vademecum.stores.store import FOLDER_NAME, Store
from vademecum.values import TraceRecorder

RUNS = {
    "bm25": {"retrieve.dense": False, "retrieve.rerank": False},
    "dense": {"retrieve.lexical": False, "retrieve.rerank": False},
    "hybrid": {"retrieve.rerank": False},
    "reranked": {},
}
_RRF = 60


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--sets", nargs="*", default=[*JUDGED, "squad1_du"])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    table = {}
    print(f"{'set':<14}" + "".join(f"{name:>10}" for name in [*RUNS, "plain", "ms", "ms+rr"]))
    for name in options.sets:
        judged = load_judged(options.data, name)
        folder = prepare(judged, options.work)
        scores = {run: measure(folder, judged, config) for run, config in RUNS.items()}
        plain = plain_pipeline(folder, judged)
        row = {run: ndcg for run, (ndcg, _) in scores.items()} | {"plain": plain}
        row |= {"ms": scores["hybrid"][1], "ms+rr": scores["reranked"][1]}
        table[name] = row
        shown = [
            f"{value:>10.1f}" if key.startswith("ms") else f"{value:>10.4f}" for key, value in row.items()
        ]
        print(f"{name:<14}" + "".join(shown), flush=True)
    if options.out:
        options.out.write_text(json.dumps(table, indent=2))


def prepare(judged: Judged, work: Path) -> Path:
    """Ingest a set into a workspace of its own, unless that was done, and return the folder."""
    folder = work / f"ws-{judged.name}"
    with vademecum.open(folder) as workspace:
        summary = workspace.ingest(judged.rows, id_field="_id", title_field="title", text_field="text")
        if summary.read:
            counts = f"{summary.documents} documents, {summary.chunks} chunks"
            print(f"# {judged.name}: {counts}, {summary.seconds:.1f} s")
    return folder


def measure(folder: Path, judged: Judged, config: dict[str, bool]) -> tuple[float, float]:
    """Return mean nDCG@10 and the median milliseconds of a search."""
    scores, times = [], []
    with vademecum.open(folder, config=config) as workspace:
        workspace.search("warm up")
        for query_id, query in judged.queries.items():
            began = time.perf_counter()
            hits = workspace.search(query, top_k=10, by_document=True, recorder=TraceRecorder())
            times.append((time.perf_counter() - began) * 1000)
            ranked = [document for hit in hits for document in (hit.document, *hit.also_at)]
            scores.append(ndcg_at_10(ranked, judged.relevant.get(query_id, {})))
    return statistics.fmean(scores), statistics.median(times)


def plain_pipeline(folder: Path, judged: Judged) -> float:
    """Return mean nDCG@10 of bm25s + exact dense + RRF over the chunks that we indexed."""
    store = Store.open(folder / FOLDER_NAME)
    chunks = store.scan(CHUNKS, ["document_id", "context", "text", "key"]).to_pylist()
    sources = {row["id"]: row["source"] for row in store.scan(DOCUMENTS, ["id", "source"]).to_pylist()}
    vectors = store.scan(vectors_table(store.snapshot.space), ["key", "vector"])
    by_key = dict(zip(vectors["key"].to_pylist(), vectors["vector"].to_pylist(), strict=True))
    matrix = np.asarray([by_key[row["key"]] for row in chunks], dtype=np.float32)
    lexical = bm25s.BM25()
    texts = [f"{row['context']}\n{row['text']}" for row in chunks]
    lexical.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
    embedder = Embedder.load("bge-small-en")
    scores = []
    for query_id, query in judged.queries.items():
        words = bm25s.tokenize([query], stopwords="en", show_progress=False, return_ids=False)[0]
        legs = (lexical.get_scores(words), matrix @ embedder.embed_query(query))
        fused: dict[int, float] = {}
        for leg in legs:
            for rank, row in enumerate(np.argsort(-leg, kind="stable")[:100].tolist()):
                fused[row] = fused.get(row, 0.0) + 1 / (_RRF + rank + 1)
        rows = sorted(fused, key=lambda row: -fused[row])
        ranked = list(dict.fromkeys(sources[chunks[row]["document_id"]] for row in rows))
        scores.append(ndcg_at_10(ranked, judged.relevant.get(query_id, {})))
    return statistics.fmean(scores)


if __name__ == "__main__":
    main()
