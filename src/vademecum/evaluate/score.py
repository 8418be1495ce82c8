"""Scoring texts with metrics by name; what is given is checked here, once, before any work.

Use: `score_texts(["rouge-l", "bleu"], read_pairs(Path("out.txt"), references=[Path("ref.txt")]), tools)`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from vademecum.errors import InputError, SourceError
from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair
from vademecum.registry import load_part

_FIELDS = ("prediction", "references", "source")


def score_texts(names: str | Sequence[str], pairs: Sequence[Pair], tools: MetricTools) -> dict[str, Measured]:
    """Return what each metric found, by name, in the order asked for.

    Args:
        names: Metrics; `vademecum.registry.list_parts("metric")` knows them.
        pairs: The texts and what they are judged by; at least one.
        tools: Models for the metrics that ask one.

    Raises:
        InputError: A metric is unknown, there are no pairs, all texts are empty, or pairs lack what a
            metric needs.
    """
    asked = [names] if isinstance(names, str) else list(names)
    metrics: list[Metric] = [load_part("metric", name) for name in dict.fromkeys(asked)]
    if not metrics:
        raise InputError("No metric was named. Name at least one, such as 'rouge-l'.")
    if not pairs:
        raise InputError("There are no texts to score. Give at least one prediction.")
    empty = sum(not pair.prediction.strip() for pair in pairs)
    if empty == len(pairs):
        raise InputError(f"All {empty} texts to score are empty. Give at least one that says something.")
    _check(metrics, pairs, "references", lambda metric: metric.references, lambda pair: bool(pair.references))
    _check(metrics, pairs, "source", lambda metric: metric.source, lambda pair: bool(pair.source))
    said = f"{empty} of {len(pairs)} texts are empty." if empty else ""
    return {metric.name: _finite(metric.measure(pairs, tools), said) for metric in metrics}


def _check(
    metrics: Sequence[Metric],
    pairs: Sequence[Pair],
    field: str,
    needs: Callable[[Metric], bool],
    has: Callable[[Pair], bool],
) -> None:
    wanting = [metric.name for metric in metrics if needs(metric)]
    lacking = [number for number, pair in enumerate(pairs, start=1) if not has(pair)]
    if wanting and lacking:
        raise InputError(
            f"{len(lacking)} of {len(pairs)} texts have no {field}, the first is number {lacking[0]}; "
            f"needed by {', '.join(wanting)}. Give {field} for every text or leave these metrics out."
        )


def _finite(measured: Measured, said: str) -> Measured:
    """Return a result whose figures that are no numbers are None, with what has to be said of it."""
    value, *items = (
        None if figure is None or not math.isfinite(figure) else figure
        for figure in (measured.value, *measured.items)
    )
    return Measured(value=value, items=tuple(items), note=" ".join(filter(None, (measured.note, said))))


def read_pairs(
    predictions: Path, *, references: Sequence[Path] = (), source: Path | None = None
) -> list[Pair]:
    """Read texts to score: one a line, each file's line n belonging to line n of the others.

    Args:
        predictions: Text file, or `.jsonl` with the fields `prediction`, `references` (a text or a
            list) and `source`; then the other arguments stay empty.
        references: Text files; a text may resemble the line of any of them.
        source: Text file of what the texts were made from.

    Raises:
        SourceError: A file cannot be read.
        InputError: Files differ in lines, or a line of `.jsonl` is not what it should be.
    """
    if predictions.suffix.lower() == ".jsonl":
        if references or source is not None:
            raise InputError(
                f"{predictions.name} is .jsonl and holds references and source itself. "
                "Give them as its fields, or give text files only."
            )
        lines = _lines(predictions)
        return [_pair(line, f"{predictions}, line {number}") for number, line in enumerate(lines, start=1)]
    found = _lines(predictions)
    given = [_aligned(path, predictions, len(found)) for path in references]
    made_from = [""] * len(found) if source is None else _aligned(source, predictions, len(found))
    return [
        Pair(prediction=line, references=tuple(lines[at] for lines in given), source=made_from[at])
        for at, line in enumerate(found)
    ]


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}. Give a file that exists.") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8: byte {error.start}. Save it as UTF-8.") from error
    lines = text.split("\n")  # not splitlines: a form feed inside a text would end it
    return lines if lines[-1] else lines[:-1]


def _aligned(path: Path, predictions: Path, count: int) -> list[str]:
    lines = _lines(path)
    if len(lines) != count:
        raise InputError(
            f"{path.name} has {len(lines)} lines but {predictions.name} has {count}. "
            "Line n of every file must belong to the same text."
        )
    return lines


def _pair(line: str, place: str) -> Pair:
    allowed = 'Each line is {"prediction": "...", "references": ["..."], "source": "..."}.'
    try:
        record: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise InputError(f"{place} is not JSON: {error.msg}. {allowed}") from error
    if not isinstance(record, dict):
        raise InputError(f"{place} is not an object. {allowed}")
    prediction, references, source = (record.get(field) for field in _FIELDS)
    texts = [references] if isinstance(references, str) else references or []
    if not isinstance(prediction, str):
        raise InputError(f"{place} has no text in 'prediction'. {allowed}")
    if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
        raise InputError(f"{place} has something else than texts in 'references'. {allowed}")
    if not isinstance(source, str | None):
        raise InputError(f"{place} has something else than a text in 'source'. {allowed}")
    return Pair(prediction=prediction, references=tuple(texts), source=source or "")
