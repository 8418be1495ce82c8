"""Measures a reader on questions with their passages.

Use: `score_reader(reader, rows)` gives F1, exact match and the AUROC of "is there an answer".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vademecum.evaluate.scores import mean_score, whole_score
from vademecum.evaluate.statistics import Floats
from vademecum.models.read import Reader
from vademecum.text.short_answer import normal_answer, token_f1
from vademecum.values import QuestionExample, Score

_NOTHING = -1e9


def score_reader(reader: Reader, rows: Sequence[QuestionExample]) -> tuple[Score, ...]:
    """Return scores with intervals, as `vade train reader` puts them on the card.

    F1 and exact match are of the best span of each answerable question in its own passage, whatever the
    no-answer score says. AUROC compares the best spans' scores of answerable and unanswerable questions.
    """
    readings = [reader.read(one.question, [one.context]) for one in rows]
    texts = [reading.spans[0].text if reading.spans else "" for reading in readings]
    pairs = [
        (text, [span.text for span in one.answers])
        for text, one in zip(texts, rows, strict=True)
        if one.answers
    ]
    exact = [
        float(any(normal_answer(text) == normal_answer(gold) for gold in golds)) for text, golds in pairs
    ]
    scores = [
        mean_score(
            "f1", [max(token_f1(text, gold) for gold in golds) for text, golds in pairs], better="higher"
        ),
        mean_score("exact-match", exact, better="higher"),
    ]
    answerable = np.array([float(bool(one.answers)) for one in rows])
    if 0 < answerable.sum() < len(rows):
        best = np.array([reading.spans[0].score if reading.spans else _NOTHING for reading in readings])
        table = np.column_stack([answerable, best])  # [questions, 2]
        scores.append(whole_score("answerable-auroc", auroc, table, better="higher"))
    return tuple(scores)


def auroc(table: Floats) -> float:
    """Return the area under the ROC curve of rows of truth (0 or 1) and score; .5 for truths of one kind."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(table[:, 0], table[:, 1])) if 0 < table[:, 0].sum() < len(table) else 0.5
