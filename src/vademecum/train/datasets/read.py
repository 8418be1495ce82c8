"""Files that others made as examples of one task; what cannot be used is counted and named.

Owns opening, duplicates and the refusal of data that is mostly wrong; what a row means belongs to
`squad.py`, `beir.py` and `row_layouts.py`.
Use: `read_examples([Path("train.json"), Path("dev.json.gz")]).examples`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vademecum.errors import InputError
from vademecum.text.rows import hash_files, numbered_rows, open_text
from vademecum.train.datasets.beir import is_beir, read_beir
from vademecum.train.datasets.found import Found, digest
from vademecum.train.datasets.row_layouts import LAYOUTS, Layout, find_layout
from vademecum.train.datasets.squad import read_squad
from vademecum.values import (
    ClaimExample,
    DatasetTask,
    Example,
    InstructionExample,
    PairExample,
    QuestionExample,
    Split,
)

SAME_ID = "same id as another row"
SAME_CONTENT = "same content as another row"
MOST_BAD_SHARE = 0.1
"""Share of rows that may be unusable before the data is refused; duplicates do not count."""
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadExamples:
    """What files hold.

    Attributes:
        task: What the rows are.
        examples: Distinct rows in the order of the files.
        given: Part of the split by id, where the data says.
        left_out: Rows that could not be used, by reason.
        sources: The files by name and hash.
    """

    task: DatasetTask
    examples: tuple[Example, ...]
    given: Mapping[str, Split] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


def read_examples(paths: Sequence[Path], *, max_bad_share: float = MOST_BAD_SHARE) -> ReadExamples:
    """Read files and folders as one list of examples.

    Known are SQuAD's JSON, BEIR folders, and JSONL or JSON lists of questions, claims, pairs and
    conversations, all of them gzipped or not; `LAYOUTS` names the fields of each.

    Args:
        paths: Files, and folders in BEIR's layout; all of the same task.
        max_bad_share: From 0 to 1; where more rows than this cannot be used, nothing is.

    Raises:
        SourceError: A file cannot be read.
        InputError: An unknown layout, tasks that differ, too many rows that cannot be used, or
            questions none of which has an answer.
    """
    kept: list[Example] = []
    given: dict[str, Split] = {}
    left_out: Counter[str] = Counter()
    seen: tuple[set[str], set[str]] = (set(), set())
    for path in paths:
        for found in _usable(path, max_bad_share=max_bad_share, left_out=left_out):
            assert found.example is not None
            if repeated := _repeated(found.example, *seen):
                left_out[repeated] += 1
                continue
            kept.append(found.example)
            if found.split:
                given[found.example.id] = found.split
    tasks = list(dict.fromkeys(map(task_of, kept)))
    if len(tasks) != 1:
        names = ", ".join(path.name for path in paths)
        reasons = ", ".join(f"{reason}: {count}" for reason, count in left_out.items())
        raise InputError(
            f"{names} hold {' and '.join(tasks)}. Name files with rows of one task at a time."
            if tasks
            else f"{names} hold no row that can be used ({reasons}). Correct the data or name other files."
        )
    _check_answers(kept, paths)
    return ReadExamples(
        task=tasks[0],
        examples=tuple(kept),
        given=given,
        left_out=dict(left_out),
        sources=tuple(f"{path.name} (sha256 {_hash(path)[:12]})" for path in paths),
    )


def task_of(example: Example) -> DatasetTask:
    """Return the task of an example."""
    tasks: dict[type[Example], DatasetTask] = {
        QuestionExample: "questions",
        ClaimExample: "claims",
        PairExample: "pairs",
        InstructionExample: "instructions",
    }
    return tasks[type(example)]


def content_key(example: Example) -> str:
    """Return a key that is equal for rows of the same content."""
    parts: tuple[str, ...]
    if isinstance(example, QuestionExample):
        parts = (example.question, example.context)
    elif isinstance(example, ClaimExample):
        parts = (example.claim, example.evidence)
    elif isinstance(example, PairExample):
        parts = (example.query, example.positive)
    else:
        parts = tuple(f"{role}: {content}" for role, content in example.messages)
    return digest(*(" ".join(part.split()) for part in parts))


def _usable(path: Path, *, max_bad_share: float, left_out: Counter[str]) -> list[Found]:
    """Return the rows of a file that can be used and count the others; refuse it when they are too many."""
    rows = list(_rows(path))
    bad = [found for found in rows if found.example is None]
    if not rows:
        raise InputError(f"{path} holds no row. Name a file that does.")
    if len(bad) > max_bad_share * len(rows):
        reasons = Counter(found.reason for found in bad).most_common()
        counted = "; ".join(f"{reason}: {count}" for reason, count in reasons)
        first = "; ".join(f"{found.where}: {found.detail}" for found in bad[:_NAMED])
        raise InputError(
            f"{path}: {len(bad)} of {len(rows)} rows cannot be used ({counted}), allowed are "
            f"{max_bad_share:.0%}. The first: {first}. Repair them, or allow more with --max-bad."
        )
    left_out.update(found.reason for found in bad)
    return [found for found in rows if found.example is not None]


def _rows(path: Path) -> Iterator[Found]:
    if path.is_dir():
        if not is_beir(path):
            raise InputError(
                f"{path} is a folder without queries.jsonl, corpus.jsonl and qrels.tsv. Name its files, "
                "or a folder in BEIR's layout."
            )
        yield from read_beir(path)
    elif ".jsonl" in path.suffixes:
        yield from _in_layout(path, ((f"line {line}", row) for line, row in numbered_rows(path)))
    else:
        yield from _json(path)


def _json(path: Path) -> Iterator[Found]:
    with open_text(path) as stream:
        try:
            content = json.load(stream)
        except json.JSONDecodeError as error:
            raise InputError(
                f"{path} is not JSON: {error}. Rows of one object a line need the ending .jsonl."
            ) from error
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        yield from read_squad(content["data"], name=path.name)
    elif isinstance(content, list) and all(isinstance(row, dict) for row in content):
        yield from _in_layout(path, ((f"row {number}", row) for number, row in enumerate(content, 1)))
    else:
        held = ", ".join(content) if isinstance(content, dict) else type(content).__name__
        raise InputError(f"{path} holds {held:.80}. Known are SQuAD's `data` and lists of objects.")


def _in_layout(path: Path, rows: Iterator[tuple[str, dict[str, Any]]]) -> Iterator[Found]:
    layout: Layout | None = None
    for place, row in rows:
        if layout is None:
            layout = find_layout(row)
        if layout is None:
            known = "; ".join(f"{' + '.join(one.needs)} ({one.task})" for one in LAYOUTS)
            raise InputError(
                f"{path}, {place} has the fields {', '.join(row) or 'none'}. A row needs one of: {known}."
            )
        yield layout.read(row, f"{path.name}, {place}")


def _repeated(example: Example, ids: set[str], contents: set[str]) -> str:
    """Return why a row repeats another one, empty when it does not, and remember it."""
    key = content_key(example)
    reason = SAME_CONTENT if key in contents else SAME_ID if example.id in ids else ""
    ids.add(example.id)
    contents.add(key)
    return reason


def _check_answers(examples: Sequence[Example], paths: Sequence[Path]) -> None:
    questions = [example for example in examples if isinstance(example, QuestionExample)]
    if questions and not any(example.answerable for example in questions):
        names = ", ".join(path.name for path in paths)
        raise InputError(
            f"{names}: none of {len(questions)} questions has an answer. A reader learns from spans: name "
            "data whose `answers` are filled."
        )


def _hash(path: Path) -> str:
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    return hash_files(files)
