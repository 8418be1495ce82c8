"""Measures a reader on questions with their passages.

Use: `score_reader(reader, rows)` gives F1, exact match and the AUROC of "is there an answer".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vademecum.evaluate.scores import mean_score, whole_score
from vademecum.evaluate.statistics import Floats
from vademecum.models.read import Reader
from vademecum.text.short_answer import closest
from vademecum.values import QuestionExample, Score

Found = tuple[str, float]
"""The best span of a row, and its score."""
_NOTHING = ("", -1e9)


def score_reader(reader: Reader, rows: Sequence[QuestionExample]) -> tuple[Score, ...]:
    """Return scores with intervals, as `vade train reader` puts them on the card.

    F1 and exact match are of the best span of each answerable question in its own passage, whatever the
    no-answer score says. AUROC compares the best spans' scores of answerable and unanswerable questions.
    """
    best = [next(iter(reader.read(one.question, [one.context]).spans), None) for one in rows]
    return reader_scores(rows, [(span.text, span.score) if span else _NOTHING for span in best])


def reader_scores(rows: Sequence[QuestionExample], found: Sequence[Found]) -> tuple[Score, ...]:
    """Return the same from what was found for each row: the best span's text and score."""
    pairs = row_figures(rows, found)
    scores = [
        mean_score("f1", [overlap for _, overlap in pairs], better="higher"),
        mean_score("exact-match", [exact for exact, _ in pairs], better="higher"),
    ]
    answerable = np.array([float(bool(one.answers)) for one in rows])
    if 0 < answerable.sum() < len(rows):
        table = np.column_stack([answerable, [score for _, score in found]])  # [questions, 2]
        scores.append(whole_score("answerable-auroc", auroc, table, better="higher"))
    return tuple(scores)


def row_figures(rows: Sequence[QuestionExample], found: Sequence[Found]) -> list[tuple[float, float]]:
    """Return exact match and F1 of each answerable row."""
    return [
        closest(text, [span.text for span in one.answers])
        for one, (text, _) in zip(rows, found, strict=True)
        if one.answers
    ]


def auroc(table: Floats) -> float:
    """Return the area under the ROC curve of rows of truth (0 or 1) and score; .5 for truths of one kind."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(table[:, 0], table[:, 1])) if 0 < table[:, 0].sum() < len(table) else 0.5
