"""Measures the search of a configuration on a judged collection."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from vademecum.errors import InputError
from vademecum.evaluate.data import Judged, read_judged
from vademecum.evaluate.ranking import DEPTH
from vademecum.evaluate.retrieval import measure_retrieval
from vademecum.ingest.run import OnProgress
from vademecum.measure.collection import OnItem, open_collection, open_own, sample
from vademecum.measure.manifest import make_manifest
from vademecum.values import Hit, Report, Trace, TraceRecorder
from vademecum.workspace import Workspace


def retrieval(
    workspace: Workspace,
    data: str | Path,
    *,
    limit: int = 0,
    seed: int = 0,
    config: Mapping[str, Any] | None = None,
    on_progress: OnItem | None = None,
    on_ingest: OnProgress | None = None,
) -> Report:
    """Measure how well searches find what was judged relevant.

    Args:
        workspace: Whose settings are measured; its documents are searched when the data has none.
        data: A judged collection: BEIR or TREC folder, or JSONL (see `evaluate.data.read_judged`).
        limit: At most this many queries, drawn with `seed`; 0 takes all.
        seed: Draws them.
        config: Settings of this measurement, such as {"retrieve.rerank": False}.
        on_progress: Told (done, total) while queries run.
        on_ingest: Told how far the first ingest of the data is.

    Raises:
        InputError: The data cannot be read.
    """
    began = time.monotonic()
    path = Path(data).expanduser().absolute()
    judged = read_judged(path)
    names = sample(list(judged.queries), limit=limit, seed=seed)
    judged = replace(judged, queries={name: judged.queries[name] for name in names})
    judged = replace(judged, relevant={name: judged.relevant[name] for name in names})
    with open_judged(workspace, judged, config=config, on_ingest=on_ingest) as held:
        held.search("what warms the models up")
        report = measure_retrieval(
            judged, lambda query: search_documents(held, query), on_progress=on_progress
        )
        request = {
            "task": "retrieval",
            "data": str(path),
            "limit": limit,
            "seed": seed,
            "config": dict(config or {}),
        }
        facts = {"name": judged.name, "sha256": judged.sha256, "items": len(names)}
        seconds = time.monotonic() - began
        return replace(report, manifest=make_manifest(held, request=request, data=facts, seconds=seconds))


def open_judged(
    workspace: Workspace,
    judged: Judged,
    *,
    config: Mapping[str, Any] | None,
    on_ingest: OnProgress | None = None,
) -> AbstractContextManager[Workspace]:
    """Open the workspace that judged queries are asked of: the data's documents, or a person's own.

    Raises:
        InputError: None of the judged documents is among them.
    """
    if not judged.corpus:
        _check_known(judged, [row["source"] for row in workspace.document_rows()])
        return open_own(workspace, config)
    _check_known(judged, [document["_id"] for document in judged.documents()])
    return open_collection(
        workspace,
        name=judged.name,
        sha256=judged.corpus_sha256,
        documents=judged.documents,
        config=config,
        on_ingest=on_ingest,
    )


def _check_known(judged: Judged, known: Sequence[str]) -> None:
    """Refuse judgements of documents that are all unknown, which would score 0 without a word."""
    wanted = dict.fromkeys(one for grades in judged.relevant.values() for one in grades)
    if wanted.keys().isdisjoint(known):
        others = f"such as {known[0]!r}" if known else "of which there are none"
        raise InputError(
            f"{judged.path}: none of the {len(wanted)} documents it judges is known, the first is "
            f"{next(iter(wanted))!r}. It has to name documents as they are known here, {others}."
        )


def search_documents(workspace: Workspace, query: str) -> tuple[list[Hit], Trace]:
    """Return the best documents of a query, as deep as rankings are judged, and the steps."""
    recorder = TraceRecorder()
    hits = workspace.search(query, top_k=DEPTH, by_document=True, recorder=recorder)
    return hits, recorder.trace()
