"""Runs a suite and holds it against its thresholds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from vademecum.config import load_config
from vademecum.evaluate.suite import Suite, SuiteRun, Verdict, judge, read_suite
from vademecum.measure.collection import OnItem, own_questions
from vademecum.measure.measure_answers import answers
from vademecum.measure.measure_retrieval import retrieval
from vademecum.registry import load_part
from vademecum.values import Report
from vademecum.workspace import Workspace


def gate(
    workspace: Workspace,
    suite: str | Path,
    *,
    on_run: Callable[[SuiteRun], None] | None = None,
    on_progress: OnItem | None = None,
) -> tuple[list[Report], list[Verdict]]:
    """Run every measurement of a suite and say which thresholds hold.

    Args:
        workspace: Whose settings are measured.
        suite: Path of a TOML file, or the name of a suite that ships.
        on_run: Told each run before it starts.
        on_progress: Told (done, total) within a run.

    Raises:
        InputError: The suite has mistakes, or asks questions the workspace lacks; nothing ran then.
    """
    read = read_suite(suite)
    _check(workspace, read)
    reports: list[Report] = []
    verdicts: list[Verdict] = []
    for run in read.runs:
        if on_run:
            on_run(run)
        report = _measure(workspace, run, on_progress)
        reports.append(report)
        verdicts += judge(run, report)
    return reports, verdicts


def _check(workspace: Workspace, suite: Suite) -> None:
    """Refuse unknown metrics and settings, and data that is not there, before anything runs."""
    for run in suite.runs:
        for name in run.metrics:
            load_part("metric", name)
        load_config(workspace.folder, overrides=run.config)
        if run.data is None:
            own_questions(workspace)


def _measure(workspace: Workspace, run: SuiteRun, on_progress: OnItem | None) -> Report:
    if run.task == "retrieval":
        assert run.data is not None
        return retrieval(
            workspace, run.data, limit=run.limit, seed=run.seed, config=run.config, on_progress=on_progress
        )
    return answers(
        workspace,
        run.data,
        metrics=run.metrics,
        limit=run.limit,
        seed=run.seed,
        config=run.config,
        on_progress=on_progress,
    )
