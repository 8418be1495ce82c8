"""Measures the embedding model by itself: does it rank pairs as people do, does it keep groups apart?"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vademecum.errors import InputError
from vademecum.evaluate.metrics.embedding import (
    Vectors,
    alignment,
    davies_bouldin,
    silhouette,
    sts_correlation,
    uniformity,
)
from vademecum.evaluate.scores import whole_score
from vademecum.evaluate.statistics import Floats
from vademecum.measure.collection import OnItem, sample
from vademecum.measure.manifest import make_manifest
from vademecum.models.onnx import model_pool
from vademecum.text.rows import hash_files, numbered_rows
from vademecum.values import Better, Report, Score
from vademecum.workspace import Workspace

_PAIR_FIELDS = (("sentence1", "sentence2", "score"), ("sentence1", "sentence2", "relatedness"))
_GROUP_FIELDS = (("text", "label"), ("text", "category"), ("text", "group"))
_ALIKE_SHARE = 0.8  # pairs at or above this share of the highest score should be equal
_MOST_UNIFORM = 5_000  # vectors: all pairs of them are looked at


def embeddings(
    workspace: Workspace,
    data: str | Path,
    *,
    limit: int = 0,
    seed: int = 0,
    on_progress: OnItem | None = None,
) -> Report:
    """Measure the workspace's embedding model on pairs that people scored, or on texts in groups.

    Args:
        workspace: Whose model is measured.
        data: JSONL of `sentence1`, `sentence2` and `score` (or `relatedness`), or of `text` and
            `label` (or `category`, `group`).
        limit: At most this many rows, drawn with `seed`; 0 takes all.
        seed: Draws them.
        on_progress: Told (done, total) while texts are embedded.

    Raises:
        InputError: The rows are neither.
    """
    began = time.monotonic()
    path = Path(data).expanduser().absolute()
    fields, every = _read(path)
    rows = sample(every, limit=limit, seed=seed)
    texts = [str(row[name]) for name in fields[:-1] for row in rows]
    vectors = _embed(workspace, texts, on_progress)
    scores = (
        _pair_scores(vectors[: len(rows)], vectors[len(rows) :], [float(row[fields[-1]]) for row in rows])
        if len(fields) == 3
        else _group_scores(vectors, [str(row[fields[-1]]) for row in rows])
    )
    request: dict[str, Any] = {"task": "embeddings", "data": str(path), "limit": limit, "seed": seed}
    name = path.parent.name if path.name.startswith(("test", "train", "dev")) else path.name.partition(".")[0]
    facts = {"name": name, "sha256": hash_files([path]), "items": len(rows)}
    manifest = make_manifest(workspace, request=request, data=facts, seconds=time.monotonic() - began)
    return Report(kind="embeddings", name=name, scores=tuple(scores), manifest=manifest)


def _read(path: Path) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Return the fields that count, and the rows.

    Raises:
        InputError: The rows are neither pairs nor groups, or one of them is not like the first.
    """
    rows = list(numbered_rows(path))
    first = rows[0][1] if rows else {}
    fields = next((one for one in (*_PAIR_FIELDS, *_GROUP_FIELDS) if set(one) <= set(first)), None)
    if fields is None:
        raise InputError(
            f"{path} holds neither pairs (sentence1, sentence2, score) nor groups (text, label). "
            f"Its first row has {', '.join(first) or 'nothing'}."
        )
    for line, row in rows:
        absent = [name for name in fields if name not in row]
        if absent:
            raise InputError(f"{path}, line {line}: there is no `{absent[0]}`, which the first row has.")
        if fields in _PAIR_FIELDS and type(row[fields[-1]]) not in (int, float):
            raise InputError(
                f"{path}, line {line}: `{fields[-1]}` is {row[fields[-1]]!r}, needed is a number."
            )
    return fields, [row for _, row in rows]


def _embed(workspace: Workspace, texts: Sequence[str], on_progress: OnItem | None) -> Vectors:
    """Return the vectors of texts, float32 [texts, dim]; the model pool works on them side by side."""
    tools = workspace.embedder()
    found = []
    for done, vector in enumerate(model_pool().map(tools.embed_passage, texts), 1):
        found.append(vector)
        if on_progress and done % 50 == 0:
            on_progress(done, len(texts))
    return np.asarray(found, dtype=np.float32)


def _pair_scores(left: Vectors, right: Vectors, scores: Sequence[float]) -> list[Score]:
    rows = np.arange(len(scores), dtype=np.float64)
    given = np.asarray(scores)

    sts_correlation(left, right, scores)  # refuses data without a correlation; a resample may lack one

    def drawn(name: str) -> Callable[[Floats], float]:
        def of_rows(chosen: Floats) -> float:
            at = chosen.astype(int)
            try:
                return float(getattr(sts_correlation(left[at], right[at], given[at].tolist()), name))
            except InputError:
                return math.nan

        return of_rows

    alike = given >= _ALIKE_SHARE * given.max()
    together = np.vstack([left, right])[:_MOST_UNIFORM]
    return [
        whole_score("spearman", drawn("spearman"), rows, better="higher"),
        whole_score("pearson", drawn("pearson"), rows, better="higher"),
        _single("alignment", alignment(left[alike], right[alike]), int(alike.sum()), "lower"),
        _single("uniformity", uniformity(together), len(together), "lower"),
    ]


def _group_scores(vectors: Vectors, labels: Sequence[str]) -> list[Score]:
    return [
        _single("silhouette", silhouette(vectors, labels), len(labels), "higher"),
        _single("davies-bouldin", davies_bouldin(vectors, labels), len(labels), "lower"),
        _single("uniformity", uniformity(vectors[:_MOST_UNIFORM]), min(len(labels), _MOST_UNIFORM), "lower"),
    ]


def _single(metric: str, value: float, count: int, better: Better) -> Score:
    return Score(metric=metric, value=value, count=count, better=better)
