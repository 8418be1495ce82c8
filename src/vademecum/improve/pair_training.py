"""What trainings on pairs of query and passage share: their rows with mined negatives, and the figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vademecum.evaluate.data import Judged, read_judged
from vademecum.evaluate.scores import mean_score
from vademecum.evaluate.statistics import paired_test
from vademecum.improve.mine import Mined, OnMined, mine_negatives
from vademecum.improve.training import Training
from vademecum.train.datasets import Datasets
from vademecum.values import PairExample, Score, Split
from vademecum.values.dataset import SPLITS

MINED = 4
"""Negatives that are mined for each pair."""


def mined_pairs(job: Training, *, on_mined: OnMined | None = None) -> Mined:
    """Return the rows of a training's dataset with negatives that the workspace's own models found."""
    store = Datasets.of(job.workspace.folder)
    parts: dict[Split, list[PairExample]] = {
        part: [row for row in store.rows(job.dataset, part) if isinstance(row, PairExample)]
        for part in SPLITS
    }
    workspace = job.workspace
    return mine_negatives(
        parts, embedder=workspace.embedder(), score=workspace.score_pairs, count=MINED, on_mined=on_mined
    )


def general_set(path: str | Path | None) -> Judged | None:
    """Return the judged collection on which forgetting is measured.

    Raises:
        InputError: It cannot be read, or holds no documents of its own.
    """
    return read_judged(Path(path).expanduser().absolute()) if path else None


def before_and_after(
    metric: str, before: Sequence[float], after: Sequence[float], *, note: str = ""
) -> tuple[Score, ...]:
    """Return the figure after a training, the one before, and the gain with its paired interval."""
    test = paired_test(before, after)
    gain = Score(
        metric=f"{metric}-gain",
        value=test.difference,
        low=test.low,
        high=test.high,
        count=test.count,
        better="higher",
        note=note,
    )
    return (
        mean_score(metric, after, better="higher", note=note),
        mean_score(f"{metric}-before", before, better="higher", note=note),
        gain,
    )


def general_scores(judged: Judged, before: Sequence[float], after: Sequence[float]) -> tuple[Score, ...]:
    """Return what became of the figure on a collection the model did not learn from."""
    return before_and_after("general-ndcg@10", before, after, note=f"on {judged.name}: what was forgotten")
