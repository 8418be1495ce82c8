"""Measures how well searches find what was judged relevant."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from vademecum.errors import VademecumError
from vademecum.evaluate.data import Judged
from vademecum.evaluate.ranking import MEASURES, score_rankings
from vademecum.evaluate.scores import latency_scores, mean_scores, slice_scores
from vademecum.values import Better, Hit, Record, Report, Trace

Search = Callable[[str], tuple[Sequence[Hit], Trace]]
"""Returns the best hits of a query, one a document, and how they came about."""

METRICS: dict[str, Better] = dict.fromkeys(MEASURES, "higher")
_SHORT_WORDS = 6
_SHOWN = 10


def measure_retrieval(
    judged: Judged, search: Search, *, on_progress: Callable[[int, int], None] | None = None
) -> Report:
    """Run every query and score the rankings; a search that fails is counted as failed.

    Args:
        judged: Queries and judgements.
        search: What is measured.
        on_progress: Told (done, total) after each query.

    Returns:
        A report without manifest: metrics, slices by length of the query, one record a query.
    """
    found = []
    for done, (name, query) in enumerate(judged.queries.items(), 1):
        found.append((name, query, *_ranked(query, search)))
        if on_progress:
            on_progress(done, len(judged.queries))
    rankings = {name: ranking for name, _, ranking, _, _, _ in found}
    scores = score_rankings(rankings, judged.relevant)
    records = tuple(
        Record(
            id=name,
            text=query,
            scores={metric: None if error else scores[metric][name] for metric in METRICS},
            detail={
                "found": ranking[:_SHOWN],
                "missed": [
                    one for one, grade in judged.relevant[name].items() if grade > 0 and one not in ranking
                ],
                "slices": ["short queries" if len(query.split()) <= _SHORT_WORDS else "long queries"],
                "ms": round(ms, 3),
                "steps": steps,
                **({"error": error} if error else {}),
            },
        )
        for name, query, ranking, ms, steps, error in found
    )
    times = [record.detail["ms"] for record in records if "error" not in record.detail]
    return Report(
        kind="retrieval",
        name=judged.name,
        scores=(*mean_scores(records, METRICS), *latency_scores(times)),
        slices=slice_scores(records, METRICS),
        records=records,
        notes=(f"{judged.skipped} queries without a judgement are left out.",) if judged.skipped else (),
    )


def _ranked(query: str, search: Search) -> tuple[list[str], float, dict[str, float], str]:
    """Return the documents found, the milliseconds it took, those of each step, and what went wrong."""
    began = time.perf_counter()
    try:
        hits, trace = search(query)
    except VademecumError as error:
        return [], 0.0, {}, str(error)
    ms = (time.perf_counter() - began) * 1000
    ranking = dict.fromkeys(document for hit in hits for document in (hit.document, *hit.also_at))
    return list(ranking), ms, {step.name: round(step.ms, 3) for step in trace.steps}, ""
