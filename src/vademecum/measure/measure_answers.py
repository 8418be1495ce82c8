"""Measures the answers of a configuration on a question set."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from vademecum.evaluate.answers import TEXT_METRICS, AnswerTools, measure_answers
from vademecum.evaluate.data import QuestionSet, read_questions
from vademecum.ingest.run import OnProgress
from vademecum.measure.collection import OnItem, open_collection, open_own, own_questions, sample
from vademecum.measure.manifest import make_manifest
from vademecum.measure.model_tools import metric_tools
from vademecum.registry import load_part
from vademecum.values import Question, Report
from vademecum.view import ANSWER_HITS
from vademecum.workspace import Workspace


def answers(
    workspace: Workspace,
    data: str | Path | None = None,
    *,
    metrics: Sequence[str] = (),
    limit: int = 0,
    seed: int = 0,
    config: Mapping[str, Any] | None = None,
    on_progress: OnItem | None = None,
    on_ingest: OnProgress | None = None,
) -> Report:
    """Measure answers: right, grounded, and withheld where the documents do not tell.

    Args:
        workspace: Whose settings are measured; its documents are asked when the data has none.
        data: SQuAD's JSON, or JSONL rows of question and answers; None takes the workspace's own
            questions, those a reviewer dropped left out.
        metrics: Reference metrics of texts beside exact match and F1, such as "rouge-l".
        limit: At most this many questions, drawn with `seed`; 0 takes all.
        seed: Draws them.
        config: Settings of this measurement.
        on_progress: Told (done, total) while questions are asked.
        on_ingest: Told how far the first ingest of the data is.

    Raises:
        InputError: The data or a metric's name cannot be used.
    """
    began = time.monotonic()
    texts = [load_part("metric", name) for name in dict.fromkeys((*TEXT_METRICS, *metrics))]
    path = Path(data).expanduser().absolute() if data else own_questions(workspace)
    found = read_questions(path)
    asked = [question for question in found.questions if question.status != "dropped"]
    asked = sample(asked, limit=limit, seed=seed)
    settings = {**(config or {}), "answer.min_confidence": 0.0}
    threshold = float((config or {}).get("answer.min_confidence", workspace.config.answer.min_confidence))
    with _opened(workspace, found, settings, on_ingest) as held:
        tools = AnswerTools(
            ask=lambda question: held.ask(standing(question)),
            search=lambda question: held.search(standing(question), top_k=ANSWER_HITS),
            supports=held.checker().supports,
            relevance=lambda question, answer: _relevance(held, question, answer),
            texts=texts,
            metric_tools=metric_tools(held.config.models),
            min_confidence=threshold,
        )
        held.ask("What warms the models up?")
        report = measure_answers(found.name, asked, tools, on_progress=on_progress)
        request = {
            "task": "answers",
            "data": str(path) if data else None,
            "metrics": list(metrics),
            "limit": limit,
            "seed": seed,
            "config": dict(config or {}),
        }
        facts = {"name": found.name, "sha256": found.sha256, "items": len(asked)}
        seconds = time.monotonic() - began
        manifest = make_manifest(held, request=request, data=facts, seconds=seconds)
        manifest["config"]["answer.min_confidence"] = threshold  # the measurement applies it, not `ask`
        return replace(report, manifest=manifest)


def standing(question: Question) -> str:
    """Return the question as it is asked of a program without a conversation."""
    return question.standing or question.text


def _relevance(workspace: Workspace, question: str, answer: str) -> float:
    """Return the cross-encoder's probability that the answer speaks to the question."""
    (logit,) = workspace.score_pairs(question, [answer])
    return 1 / (1 + math.exp(-logit))


def _opened(
    workspace: Workspace, found: QuestionSet, config: Mapping[str, Any], on_ingest: OnProgress | None
) -> AbstractContextManager[Workspace]:
    if not found.passages:
        return open_own(workspace, config)
    return open_collection(
        workspace,
        name=found.name,
        sha256=found.sha256,
        documents=found.documents,
        config=config,
        on_ingest=on_ingest,
    )
