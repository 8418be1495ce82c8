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
    from vademecum.measure.again import again
    from vademecum.measure.answers import answers
    from vademecum.measure.embeddings import embeddings
    from vademecum.measure.gate import gate
    from vademecum.measure.questions import make_questions
    from vademecum.measure.retrieval import retrieval
    from vademecum.measure.tools import metric_tools
    from vademecum.measure.tune import tune

_HOMES = {
    "again": "again",
    "answers": "answers",
    "embeddings": "embeddings",
    "gate": "gate",
    "make_questions": "questions",
    "metric_tools": "tools",
    "retrieval": "retrieval",
    "tune": "tune",
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
