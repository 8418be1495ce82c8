"""Whole measurements: a workspace's configuration against data, as a report.

Use:
    from vademecum import measure
    report = measure.retrieval(workspace, "scifact")
    print(report.score("ndcg@10"))
"""

from vademecum.measure.again import again
from vademecum.measure.answers import answers
from vademecum.measure.embeddings import embeddings
from vademecum.measure.gate import gate
from vademecum.measure.retrieval import retrieval
from vademecum.measure.tools import metric_tools
from vademecum.measure.tune import tune

__all__ = ["again", "answers", "embeddings", "gate", "metric_tools", "retrieval", "tune"]
