"""Suites: what is measured, with which thresholds; and gates, which say whether they hold.

A suite is a TOML file:

    name = "ci"

    [[run]]
    task = "answers"                  # or "retrieval"
    data = "questions.jsonl"          # beside the suite; left out: the workspace's own questions
    [run.thresholds]
    right = { at_least = 0.8 }
    latency-p95-ms = { at_most = 500 }
    "slice:unanswerable:abstained" = { at_least = 0.7 }

Use: `read_suite(Path("ci.toml")).runs`.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from vademecum.errors import InputError
from vademecum.evaluate.answers import METRICS, SURENESS, TEXT_METRICS
from vademecum.evaluate.retrieval import METRICS as RETRIEVAL
from vademecum.evaluate.scores import LATENCY
from vademecum.values import Report, Score

TASKS = ("retrieval", "answers")
_RUN_KEYS: Mapping[str, tuple[type, str]] = {
    "task": (str, "a text"),
    "data": (str, "a path"),
    "limit": (int, "a whole number"),
    "seed": (int, "a whole number"),
    "metrics": (list, 'a list such as ["rouge-l"]'),
    "config": (dict, "a table [run.config]"),
    "thresholds": (dict, "a table [run.thresholds]"),
}
_BOUNDS = ("at_least", "at_most")
_MEASURED = {
    "retrieval": (*RETRIEVAL, *LATENCY),
    "answers": (*METRICS, *TEXT_METRICS, *SURENESS, *LATENCY),
}
"""Metrics of each task; answers are measured by those a run names, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """What a metric has to keep.

    Attributes:
        metric: Its name; "slice:NAME:METRIC" for a group of questions.
        at_least: Lowest figure allowed; None for no such bound.
        at_most: Highest figure allowed.
    """

    metric: str
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteRun:
    """One measurement of a suite.

    Attributes:
        task: "retrieval" or "answers".
        data: Judged collection or question set; None for the workspace's own questions.
        limit: At most this many questions; 0 takes all.
        seed: Draws them.
        metrics: Reference metrics beside the usual ones.
        config: Settings of this run.
        thresholds: What has to hold.
    """

    task: str
    data: Path | None
    limit: int = 0
    seed: int = 0
    metrics: tuple[str, ...] = ()
    config: Mapping[str, Any]
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A named list of measurements."""

    name: str
    path: Path
    runs: tuple[SuiteRun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A threshold against what was measured; `value` is None when the metric was not measured."""

    run: str
    threshold: Threshold
    value: float | None
    passed: bool

    def __str__(self) -> str:
        bound = self.threshold
        asked = f"at least {bound.at_least}" if bound.at_least is not None else f"at most {bound.at_most}"
        seen = "was not measured" if self.value is None else f"is {self.value:.4f}"
        return f"{self.run}: {bound.metric} {seen}, asked is {asked}"


def shipped_suites() -> dict[str, Path]:
    """Return the suites that come with the program, by name."""
    folder = Path(str(files("vademecum.evaluate"))) / "suites"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def read_suite(name: str | Path) -> Suite:
    """Read a suite by path, or one that ships by name.

    Raises:
        InputError: There is no such suite, it does not parse, or it has unknown keys; all mistakes
            are named together.
    """
    shipped = shipped_suites()
    path = Path(name)
    if not path.is_file():
        if str(name) not in shipped:
            raise InputError(f"There is no suite '{name}'. Name a TOML file, or one of {', '.join(shipped)}.")
        path = shipped[str(name)]
    try:
        fields = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read: {error}.") from error
    mistakes = _unknown(fields, ("name", "run"), "the suite")
    runs = []
    listed = fields.get("run", [])
    if not isinstance(listed, list):
        mistakes.append(f"run = {listed!r} is no table; write [[run]] above its keys")
        listed = []
    for number, run in enumerate(listed, 1):
        found, wrong = _read_run(run, path.parent, where=f"run {number}")
        mistakes += wrong
        runs += [found] if found else []
    if not fields.get("run"):
        mistakes.append("it has no [[run]]")
    if mistakes:
        raise InputError(f"{path}: " + "; ".join(mistakes) + ".")
    return Suite(name=str(fields.get("name", path.stem)), path=path, runs=tuple(runs))


def judge(run: SuiteRun, report: Report) -> list[Verdict]:
    """Hold a report against a run's thresholds; a metric that was not measured fails."""
    verdicts = []
    for threshold in run.thresholds:
        value = _value(report, threshold.metric)
        passed = (
            value is not None
            and (threshold.at_least is None or value >= threshold.at_least)
            and (threshold.at_most is None or value <= threshold.at_most)
        )
        verdicts.append(Verdict(run=report.name, threshold=threshold, value=value, passed=passed))
    return verdicts


def _value(report: Report, metric: str) -> float | None:
    scores: tuple[Score, ...] = report.scores
    if metric.startswith("slice:"):
        _, name, metric = metric.split(":", 2)
        scores = report.slices.get(name, ())
    return next((score.value for score in scores if score.metric == metric), None)


def _read_run(fields: Any, folder: Path, *, where: str) -> tuple[SuiteRun | None, list[str]]:
    if not isinstance(fields, Mapping):
        return None, [f"{where} is no table; write [[run]] above its keys"]
    mistakes = _unknown(fields, tuple(_RUN_KEYS), where)
    wrong = [key for key, (kind, _) in _RUN_KEYS.items() if type(fields.get(key, kind())) is not kind]
    mistakes += [f"{where}: {key} = {fields[key]!r}, needed is {_RUN_KEYS[key][1]}" for key in wrong]
    if wrong:
        return None, mistakes
    task = fields.get("task", "")
    if task not in TASKS:
        mistakes.append(f"{where}: task = {task!r}, allowed is {' or '.join(TASKS)}")
    data = folder / fields["data"] if "data" in fields else None
    if data is not None and not data.exists():
        mistakes.append(f"{where}: {data} does not exist")
    if data is None and task == "retrieval":
        mistakes.append(f"{where}: retrieval needs `data`")
    if task == "retrieval" and "metrics" in fields:
        mistakes.append(f"{where}: metrics are of answers; retrieval is measured by all of its own")
    if not all(isinstance(one, str) for one in fields.get("metrics", ())):
        mistakes.append(f"{where}: metrics = {fields['metrics']}, needed are names")
    if fields.get("limit", 0) < 0:
        mistakes.append(f"{where}: limit = {fields['limit']}, allowed is 0 for all, or more")
    thresholds, unfit = _read_thresholds(fields, task, where=where)
    mistakes += unfit
    if mistakes:
        return None, mistakes
    rest = {name: fields[name] for name in ("limit", "seed") if name in fields}
    return (
        SuiteRun(
            task=fields["task"],
            data=data,
            metrics=tuple(fields.get("metrics", ())),
            config=dict(_dotted(fields.get("config", {}))),
            thresholds=tuple(thresholds),
            **rest,
        ),
        [],
    )


def _dotted(fields: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield settings by dotted name, whether a suite writes them as tables or not."""
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def _read_thresholds(
    fields: Mapping[str, Any], task: str, *, where: str
) -> tuple[list[Threshold], list[str]]:
    """Return the thresholds of a run, and what is wrong with the others."""
    known = (*_MEASURED.get(task, ()), *(fields.get("metrics", ()) if task == "answers" else ()))
    thresholds: list[Threshold] = []
    mistakes = []
    for metric, bounds in fields.get("thresholds", {}).items():
        unfit = not isinstance(bounds, Mapping) or not bounds or set(bounds) - set(_BOUNDS)
        if unfit or not all(type(bound) in (int, float) for bound in bounds.values()):
            mistakes.append(f"{where}: {metric} needs {{ at_least = NUMBER }} or {{ at_most = NUMBER }}")
            continue
        name = metric.split(":", 2)[-1] if metric.startswith("slice:") else metric
        if task in _MEASURED and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
            mistakes.append(f"{where}: {task} does not measure '{name}', {hint}")
            continue
        thresholds.append(Threshold(metric=metric, **bounds))
    return thresholds, mistakes


def _unknown(fields: Mapping[str, Any], known: tuple[str, ...], where: str) -> list[str]:
    mistakes = []
    for name in fields:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}"
            mistakes.append(f"{where}: unknown key '{name}', {hint}")
    return mistakes
