"""What every peer shares: the same weights, the same prompt, the same measurements.

Use: a peer defines a class with `ingest` and `search` and calls `main(ThatClass)`.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnxruntime as ort
import xllamacpp
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from collections_data import load_judged, load_questions, ndcg_at_10, sample_questions

QUERY_PREFIX = "Represent this sentence for searching relevant passages: "
PROMPT = "Answer from the passages alone, in one short sentence.\n\n{passages}\n\nQuestion: {question}"
CHUNK_TOKENS = 256
PASSAGES = 5
_BATCH = 32
_CLIENTS = 4


class Embedder:
    """bge-small-en as a user of these frameworks would run it: padded batches of 32, two threads."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(512)
        self.tokenizer.enable_padding()
        options = ort.SessionOptions()
        options.intra_op_num_threads = 2
        self._session = ort.InferenceSession(str(folder / "model.onnx"), options)

    def passages(self, texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        """Return unit vectors, float32 [texts, 384]."""
        return np.concatenate([self._batch(texts[at : at + _BATCH]) for at in range(0, len(texts), _BATCH)])

    def query(self, text: str) -> np.ndarray:  # type: ignore[type-arg]
        """Return the unit vector of a question, float32 [384]."""
        return self._batch([QUERY_PREFIX + text])[0]

    def count_tokens(self, text: str) -> int:
        """Return the tokens of a text, special ones left out."""
        return len(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def _batch(self, texts: Sequence[str]) -> np.ndarray:  # type: ignore[type-arg]
        codes = self.tokenizer.encode_batch(list(texts))
        ids = np.asarray([code.ids for code in codes], dtype=np.int64)
        mask = np.asarray([code.attention_mask for code in codes], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        first = self._session.run(None, feeds)[0][:, 0]
        return first / np.linalg.norm(first, axis=1, keepdims=True)


class Peer(Protocol):
    """One framework's hybrid pipeline."""

    packages: tuple[str, ...]

    def __init__(self, embedder: Embedder) -> None: ...

    def ingest(self, rows: Sequence[dict[str, Any]]) -> int:
        """Split, embed and index rows (`_id`, `title`, `text`); return the number of chunks."""
        ...

    def search(self, query: str, top_k: int) -> list[tuple[str, str]]:
        """Return document ids and chunk texts, best first."""
        ...


def main(peer: Callable[[Embedder], Peer]) -> None:
    """Measure a peer and write its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True, help="folder of bge-small-en")
    parser.add_argument("--chat", type=Path, required=True, help="GGUF file of the chat model")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--asked", type=Path, required=True, help="SQuAD file whose questions are asked")
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    embedder = Embedder(options.weights)
    built = peer(embedder)
    figures = _retrieval(options.data, built) | _answers(options, built)
    figures["versions"] = {name: importlib.metadata.version(name) for name in built.packages}
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(figures, indent=2))
    print(options.out.stem, "done", flush=True)


def _retrieval(data: Path, peer: Peer) -> dict[str, Any]:
    """Ingest the SQuAD paragraphs; then known-item nDCG@10, latency and rate."""
    judged = load_judged(data, "squad1_du")
    queries = dict(list(judged.queries.items())[:200])
    began = time.perf_counter()
    chunks = peer.ingest(_rows(judged.rows))
    seconds = time.perf_counter() - began
    times, scores = [], []
    for query_id, query in queries.items():
        began = time.perf_counter()
        found = peer.search(query, 30)
        times.append((time.perf_counter() - began) * 1000)
        scores.append(ndcg_at_10(list(dict.fromkeys(one for one, _ in found)), judged.relevant[query_id]))
    with ThreadPoolExecutor(_CLIENTS) as clients:
        began = time.perf_counter()
        list(clients.map(lambda query: peer.search(query, 10), queries.values()))
        rate = len(queries) / (time.perf_counter() - began)
    return {
        "chunks": chunks,
        "ingest chunks/s": round(chunks / seconds, 1),
        "ingest documents/s": round(2_429 / seconds, 1),
        "nDCG@10": round(statistics.fmean(scores), 4),
        "each nDCG@10": scores,
        "search p50 ms": round(statistics.median(times), 1),
        "searches/s, 4 clients": round(rate, 1),
    }


def _answers(options: argparse.Namespace, peer: Peer) -> dict[str, Any]:
    """Ask the sampled questions and look for the gold answer in each reply."""
    answer = peer.answer if hasattr(peer, "answer") else _prompt(options.chat, peer)
    questions = sample_questions(load_questions(options.asked), options.questions)
    right, times = [], []
    for question in questions:
        began = time.perf_counter()
        text = " ".join(answer(question.text).casefold().split())
        times.append(time.perf_counter() - began)
        right.append(float(any(" ".join(answer.casefold().split()) in text for answer in question.answers)))
    return {
        "answers with gold": statistics.fmean(right),
        "each answer with gold": right,
        "answers p50 s": round(statistics.median(times), 2),
    }


def _prompt(model: Path, peer: Peer) -> Callable[[str], str]:
    """Return the usual pipeline: the best passages in a prompt to the chat model."""
    params = xllamacpp.CommonParams()
    params.model.path = str(model)
    params.n_ctx, params.n_parallel, params.verbosity = 4096, 1, -1
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 2
    server = xllamacpp.Server(params)

    def answer(question: str) -> str:
        passages = "\n\n".join(text for _, text in peer.search(question, PASSAGES)[:PASSAGES])
        content = PROMPT.format(passages=passages, question=question)
        request = {"messages": [{"role": "user", "content": content}], "max_tokens": 64, "temperature": 0}
        return str(server.handle_chat_completions(request)["choices"][0]["message"]["content"])

    return answer


def _rows(path: Path) -> list[dict[str, Any]]:
    import gzip

    with gzip.open(path, "rt", encoding="utf-8") as stream:
        return [json.loads(line) for line in stream]


def full_text(row: dict[str, Any]) -> str:
    """Return title and text as one."""
    return f"{row['title']}\n{row['text']}" if row.get("title") else str(row["text"])
