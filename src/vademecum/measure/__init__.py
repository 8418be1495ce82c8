"""Whole measurements: a workspace's configuration against data, as a report.

Use:
    from vademecum import measure
    report = measure.retrieval(workspace, "scifact")
    print(report.score("ndcg@10"))
    print(measure.compare_reports(measure.load_report("before.report"), report).metrics)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vademecum.evaluate.compare import compare_reports
    from vademecum.evaluate.files import load_report, save_report
    from vademecum.evaluate.plan import plan_comparison
    from vademecum.evaluate.score import read_pairs, score_texts
    from vademecum.measure.make_question_set import make_questions
    from vademecum.measure.measure_answers import answers
    from vademecum.measure.measure_embeddings import embeddings
    from vademecum.measure.measure_retrieval import retrieval
    from vademecum.measure.model_tools import metric_tools
    from vademecum.measure.run_again import again
    from vademecum.measure.run_gate import gate
    from vademecum.measure.tune_settings import tune

_HOMES = {
    "again": "measure.run_again",
    "answers": "measure.measure_answers",
    "compare_reports": "evaluate.compare",
    "embeddings": "measure.measure_embeddings",
    "gate": "measure.run_gate",
    "load_report": "evaluate.files",
    "make_questions": "measure.make_question_set",
    "metric_tools": "measure.model_tools",
    "plan_comparison": "evaluate.plan",
    "read_pairs": "evaluate.score",
    "retrieval": "measure.measure_retrieval",
    "save_report": "evaluate.files",
    "score_texts": "evaluate.score",
    "tune": "measure.tune_settings",
}

__all__ = [
    "again",
    "answers",
    "compare_reports",
    "embeddings",
    "gate",
    "load_report",
    "make_questions",
    "metric_tools",
    "plan_comparison",
    "read_pairs",
    "retrieval",
    "save_report",
    "score_texts",
    "tune",
]


def __getattr__(name: str) -> Any:
    """Load a measurement with what it needs on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'vademecum.measure' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"vademecum.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
