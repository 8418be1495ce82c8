"""Metrics of rankings, as trec_eval computes them.

Use: `score_rankings({"q1": ["d3", "d1"]}, {"q1": {"d1": 2}})["ndcg@10"]["q1"]`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import AP, RR, P, R, nDCG

DEPTH = 100
"""How many documents of a ranking are looked at."""

MEASURES = {
    "ndcg@10": nDCG @ 10,
    "mrr@10": RR @ 10,
    "map": AP,
    "precision@10": P @ 10,
    "recall@10": R @ 10,
    "recall@100": R @ 100,
}


def score_rankings(
    rankings: Mapping[str, Sequence[str]], relevant: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, float]]:
    """Return each metric of each judged query, all in [0, 1], higher is better.

    Args:
        rankings: Document ids by query, best first; a judged query without a ranking scores 0.
        relevant: Grade by document, by query; documents without a grade count as irrelevant.

    Relations:
        nDCG has linear gains, MAP is cut at the length of the ranking, as in trec_eval.
    """
    run = {
        query: {document: float(-rank) for rank, document in enumerate(dict.fromkeys(ranking))}
        for query, ranking in rankings.items()
    }
    scores = {name: dict.fromkeys(relevant, 0.0) for name in MEASURES}
    names = {measure: name for name, measure in MEASURES.items()}
    grades = {query: dict(of_query) for query, of_query in relevant.items()}
    for found in ir_measures.iter_calc(list(names), grades, run):
        scores[names[found.measure]][found.query_id] = float(found.value)
    return scores
