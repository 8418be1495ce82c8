"""Measures answers: are they right, do they rest on evidence, does the program know when it does not know?"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vademecum.errors import VademecumError
from vademecum.evaluate.grounding import (
    Supports,
    citation_precision,
    citation_recall,
    claims_of,
    context_precision,
    context_recall,
    faithfulness,
    without_marks,
)
from vademecum.evaluate.metrics.calibration import aurc, brier, coverage_at_risk, ece, risk_coverage
from vademecum.evaluate.protocols import Metric, MetricTools, Pair
from vademecum.evaluate.scores import (
    latency_scores,
    mean_scores,
    measured_score,
    slice_scores,
    whole_score,
)
from vademecum.evaluate.statistics import Floats
from vademecum.values import Answer, Better, Citation, Hit, Question, Record, Report, Score

METRICS: dict[str, Better] = {
    "right": "higher",
    "contains": "higher",
    "quote-contains": "higher",
    "answered": "higher",
    "abstained": "higher",
    "context-recall": "higher",
    "context-precision": "higher",
    "faithfulness": "higher",
    "citation-recall": "higher",
    "citation-precision": "higher",
    "answer-relevance": "higher",
}
"""What each question is scored by. Right: a gold answer is in the text, or, where the documents
hold none, nothing was answered. Contains, quote-contains and answered are of answerable questions,
abstained of the others."""

TEXT_METRICS = ("exact-match", "f1")
"""Reference metrics that answers are always scored by: the words that answer by themselves where the
reader found them, else the whole text. Further metrics are of the whole text."""
SURENESS = ("ece", "brier", "aurc", "coverage@5", "coverage@10")
"""Figures of the confidence, over all questions."""
_BAR = " | "  # stands between the cells of a row
_FEWEST = 2
_QUESTION_WORDS = ("who", "whom", "whose", "what", "which", "when", "where", "why", "how")
_CURVE_POINTS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTools:
    """What the measurement receives from above.

    Attributes:
        ask: Answers a question whatever its confidence, so that the whole risk-coverage curve is seen.
        search: Finds the passages an answer may rest on.
        supports: Says whether evidence (second) supports a claim (first).
        relevance: How far an answer (second) speaks to a question (first), in [0, 1].
        texts: Reference metrics, applied to the answers of answerable questions.
        metric_tools: Models they may need.
        min_confidence: Below it a person gets no answer.
    """

    ask: Callable[[Question], Answer]
    search: Callable[[Question], Sequence[Hit]]
    supports: Supports
    relevance: Callable[[str, str], float]
    texts: Sequence[Metric]
    metric_tools: MetricTools
    min_confidence: float


def measure_answers(
    name: str,
    questions: Sequence[Question],
    tools: AnswerTools,
    *,
    on_progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Ask every question and score what comes back; a question that fails is counted as failed.

    Returns:
        A report without manifest: metrics, calibration of the confidence, slices by kind and first
        word, the risk-coverage curve, one record a question.
    """
    records: list[Record] = []
    for done, question in enumerate(questions, 1):
        records.append(_measure(question, tools))
        if on_progress:
            on_progress(done, len(questions))
    records, text_scores = _text_scores(records, tools)
    every: dict[str, Better] = {**METRICS, **{metric.name: metric.better for metric in tools.texts}}
    sure, curve = _calibration(records)
    times = [record.detail["ms"] for record in records if "error" not in record.detail]
    return Report(
        kind="answers",
        name=name,
        scores=(*mean_scores(records, METRICS), *text_scores, *sure, *latency_scores(times)),
        slices=slice_scores(records, every),
        records=tuple(records),
        curves={"risk-coverage": curve} if curve else {},
    )


def _measure(question: Question, tools: AnswerTools) -> Record:
    detail: dict[str, Any] = {
        "gold": list(question.answers),
        "slices": [question.kind, _asks(question.text)],
    }
    began = time.perf_counter()
    try:
        answer = tools.ask(question)
        ms = (time.perf_counter() - began) * 1000
        hits = tools.search(question)
    except VademecumError as error:
        return Record(
            id=question.id,
            text=question.text,
            scores={"right": None, ("contains" if question.answerable else "abstained"): None},
            detail={**detail, "error": str(error)},
        )
    given = answer.answered and answer.confidence >= tools.min_confidence
    scores = _rightness(question, answer, given=given)
    scores |= _context_scores(question, hits)
    if given:
        scores |= _grounding_scores(question, answer, hits, tools)
    detail |= {
        "answer": answer.text,
        "short": answer.short,
        "given": given,
        "holds": answer.answered and holds_answer(answer.text, question.answers),
        "confidence": round(answer.confidence, 4),
        "quotes": [citation.quote for citation in answer.citations],
        "ms": round(ms, 3),
    }
    return Record(id=question.id, text=question.text, scores=scores, detail=detail)


def _asks(text: str) -> str:
    """Return the group of a question by the first question word in it."""
    words = re.findall(r"[a-z]+", text.lower())
    word = next((word for word in words if word in _QUESTION_WORDS), "")
    return f"asks {word}" if word else "asks otherwise"


def _rightness(question: Question, answer: Answer, *, given: bool) -> dict[str, float | None]:
    if not question.answerable:
        return {"right": float(not given), "abstained": float(not given)}
    quoted = any(holds_answer(citation.quote, question.answers) for citation in answer.citations)
    holds = given and holds_answer(answer.text, question.answers)
    return {
        "right": float(holds),
        "contains": float(holds),
        "quote-contains": float(given and quoted),
        "answered": float(given),
    }


def _context_scores(question: Question, hits: Sequence[Hit]) -> dict[str, float | None]:
    contexts = [(document, hit.text) for hit in hits for document in (hit.document, *hit.also_at)]
    return _known(
        {
            "context-recall": context_recall(question, contexts),
            "context-precision": context_precision(question, contexts),
        }
    )


def _grounding_scores(
    question: Question, answer: Answer, hits: Sequence[Hit], tools: AnswerTools
) -> dict[str, float | None]:
    passages = [f"{hit.context}\n{hit.text}" for hit in hits]
    said = " ".join(claim.text for claim in claims_of(answer.text))
    quotes = {citation.mark: _in_context(citation, hits) for citation in answer.citations}
    return _known(
        {
            "faithfulness": faithfulness(answer, passages, tools.supports),
            "citation-recall": citation_recall(answer, quotes, tools.supports),
            "citation-precision": citation_precision(answer, quotes, tools.supports),
            "answer-relevance": tools.relevance(question.text, said),
        }
    )


def _in_context(citation: Citation, hits: Sequence[Hit]) -> str:
    """Return a quote under the title, headings and table header of the passage it stands in.

    The first passage of a table holds the header itself, the others have it in their context.
    """
    for hit in hits:
        if hit.document_id == citation.document_id and hit.start <= citation.start < hit.end:
            in_table = _BAR in citation.quote and _BAR not in hit.context
            header = next((line for line in hit.text.splitlines() if _BAR in line), "") if in_table else ""
            return "\n".join(line for line in (hit.context, header, citation.quote) if line)
    return citation.quote


def _known(scores: Mapping[str, float | None]) -> dict[str, float | None]:
    """Leave out the metrics that do not apply to a question."""
    return {name: value for name, value in scores.items() if value is not None}


def _text_scores(records: list[Record], tools: AnswerTools) -> tuple[list[Record], list[Score]]:
    """Score the given answers of answerable questions by reference metrics; no answer scores 0."""
    rows = [row for row, record in enumerate(records) if record.detail["gold"] and "given" in record.detail]
    whole = [_pair(records[row]) for row in rows]
    short = [
        replace(pair, prediction=pair.prediction and (records[row].detail["short"] or pair.prediction))
        for row, pair in zip(rows, whole, strict=True)
    ]
    scores = []
    for metric in tools.texts if rows else ():
        measured = metric.measure(short if metric.name in TEXT_METRICS else whole, tools.metric_tools)
        for row, item in zip(rows, measured.items, strict=bool(measured.items)):
            records[row] = replace(records[row], scores={**records[row].scores, metric.name: item})
        scores.append(measured_score(metric, measured))
    return records, scores


def _pair(record: Record) -> Pair:
    said = without_marks(record.detail["answer"]) if record.detail["given"] else ""
    return Pair(prediction=said, references=tuple(record.detail["gold"]))


def _calibration(records: Sequence[Record]) -> tuple[list[Score], tuple[tuple[float, float], ...]]:
    """Return how well the confidence foretells that the answer would be right, and the curve."""
    rows = np.asarray(
        [
            (record.detail["confidence"], record.detail["holds"])
            for record in records
            if "confidence" in record.detail
        ],
        dtype=np.float64,
    ).reshape(-1, 2)
    if len(rows) < _FEWEST:
        return [], ()
    statistics: dict[str, tuple[Callable[[Floats], float], Better]] = {
        "ece": (lambda drawn: ece(drawn[:, 0], drawn[:, 1]), "lower"),
        "brier": (lambda drawn: brier(drawn[:, 0], drawn[:, 1]), "lower"),
        "aurc": (lambda drawn: aurc(drawn[:, 0], drawn[:, 1]), "lower"),
        "coverage@5": (lambda drawn: coverage_at_risk(drawn[:, 0], drawn[:, 1], 0.05), "higher"),
        "coverage@10": (lambda drawn: coverage_at_risk(drawn[:, 0], drawn[:, 1], 0.10), "higher"),
    }
    scores = [whole_score(name, statistics[name][0], rows, better=statistics[name][1]) for name in SURENESS]
    curve = risk_coverage(rows[:, 0], rows[:, 1])
    kept = np.unique(np.linspace(0, len(curve.risk) - 1, _CURVE_POINTS).astype(int))
    return scores, tuple((float(curve.coverage[row]), float(curve.risk[row])) for row in kept)


def holds_answer(text: str, answers: Iterable[str]) -> bool:
    """Say whether one of the answers stands in a text, case and white space aside."""
    folded = " ".join(text.casefold().split())
    return any(" ".join(answer.casefold().split()) in folded for answer in answers)
