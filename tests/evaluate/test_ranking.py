"""Ranking metrics equal trec_eval's on every judged collection there is."""

import random
from pathlib import Path

import pytest
import pytrec_eval

from vademecum.evaluate.data import read_judged
from vademecum.evaluate.ranking import score_rankings

COLLECTIONS = ["scifact", "cranfield", "cisi", "medline", "cacm", "npl_vaswani"]
TREC = {
    "ndcg@10": "ndcg_cut_10",
    "map": "map",
    "precision@10": "P_10",
    "recall@10": "recall_10",
    "recall@100": "recall_100",
}


@pytest.mark.parametrize("name", COLLECTIONS)
def test_equals_trec_eval(shared_data: Path, name: str) -> None:
    judged = read_judged(shared_data / name)
    known = [row["_id"] for row in judged.documents()]
    chance = random.Random(name)
    rankings = {}
    for query, grades in judged.relevant.items():
        drawn = [*chance.sample(sorted(grades), k=min(len(grades), 12)), *chance.sample(known, k=90)]
        rankings[query] = list(dict.fromkeys(chance.sample(drawn, k=len(drawn))))
    run = {
        query: {document: float(len(ranking) - rank) for rank, document in enumerate(ranking)}
        for query, ranking in rankings.items()
    }
    grades = {query: dict(found) for query, found in judged.relevant.items()}
    expected = pytrec_eval.RelevanceEvaluator(grades, set(TREC.values())).evaluate(run)
    found = score_rankings(rankings, judged.relevant)
    for ours, theirs in TREC.items():
        for query in judged.queries:
            assert found[ours][query] == pytest.approx(expected[query][theirs], abs=5e-5)


def test_a_query_without_hits_scores_nothing_and_counts() -> None:
    scores = score_rankings({"a": ["x", "d"], "b": []}, {"a": {"d": 1}, "b": {"d": 1}})
    assert scores["mrr@10"] == {"a": 0.5, "b": 0.0}
    assert scores["ndcg@10"]["a"] == pytest.approx(0.6309, abs=1e-4)
