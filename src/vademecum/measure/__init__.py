"""Whole measurements: a workspace's configuration against data, as a report.

Use:
    from vademecum import measure
    report = measure.retrieval(workspace, "scifact")
    print(report.score("ndcg@10"))
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vademecum.measure.make_question_set import make_questions
    from vademecum.measure.measure_answers import answers
    from vademecum.measure.measure_embeddings import embeddings
    from vademecum.measure.measure_retrieval import retrieval
    from vademecum.measure.model_tools import metric_tools
    from vademecum.measure.run_again import again
    from vademecum.measure.run_gate import gate
    from vademecum.measure.tune_settings import tune

_HOMES = {
    "again": "run_again",
    "answers": "measure_answers",
    "embeddings": "measure_embeddings",
    "gate": "run_gate",
    "make_questions": "make_question_set",
    "metric_tools": "model_tools",
    "retrieval": "measure_retrieval",
    "tune": "tune_settings",
}

__all__ = [
    "again",
    "answers",
    "embeddings",
    "gate",
    "make_questions",
    "metric_tools",
    "retrieval",
    "tune",
]


def __getattr__(name: str) -> Any:
    """Load a measurement with what it needs on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'vademecum.measure' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"vademecum.measure.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
