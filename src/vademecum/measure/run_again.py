"""Runs the measurement of a report once more, from what its manifest says."""

from __future__ import annotations

from vademecum.errors import InputError
from vademecum.measure.collection import OnItem
from vademecum.measure.measure_answers import answers
from vademecum.measure.measure_embeddings import embeddings
from vademecum.measure.measure_retrieval import retrieval
from vademecum.measure.tune_settings import tune
from vademecum.values import Report
from vademecum.workspace import Workspace


def again(workspace: Workspace, report: Report, *, on_progress: OnItem | None = None) -> Report:
    """Run a report's measurement again, under the workspace's present settings.

    A report of tuning is one of the search; nothing is written to the settings.

    Raises:
        InputError: The report does not say how it was made, or its data is gone.
    """
    request = dict(report.manifest.get("request", {}))
    task = request.pop("task", None)
    if task == "retrieval":
        return retrieval(workspace, **request, on_progress=on_progress)
    if task == "answers":
        return answers(workspace, **request, on_progress=on_progress)
    if task == "embeddings":
        return embeddings(workspace, **request, on_progress=on_progress)
    if task == "tune":
        return tune(workspace, **request)[1]
    made = report.manifest.get("request", {}).get("command", "")
    raise InputError(
        f"'{report.name}' is a report of {report.kind}; those of retrieval, answers, embeddings and tune can"
        " be run again." + (f" It was made by: {made}" if made else "")
    )
