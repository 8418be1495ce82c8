"""Makes a dataset of a workspace from files that others made."""

from __future__ import annotations

import logging
import shlex
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from vademecum.errors import InputError
from vademecum.train.datasets import Datasets, Shares, pairs_of, read_examples, split_examples
from vademecum.train.datasets.read import MOST_BAD_SHARE, content_key, task_of
from vademecum.values import DatasetCard, DatasetTask, Example, QuestionExample, Split
from vademecum.values.dataset import SPLITS
from vademecum.workspace import Workspace

_log = logging.getLogger(__name__)

NO_PASSAGE = "no passage answers, so it makes no pair"


def add_dataset(
    workspace: Workspace,
    paths: Sequence[str | Path],
    *,
    name: str,
    task: DatasetTask | None = None,
    licence: str = "",
    sources: Sequence[str] = (),
    about: str = "",
    parent: str = "",
    shares: Shares | None = None,
    seed: int = 0,
    resplit: bool = False,
    max_bad_share: float = MOST_BAD_SHARE,
) -> DatasetCard:
    """Read files as one dataset, split it by group and keep it.

    Args:
        workspace: Where it is kept.
        paths: SQuAD's JSON, BEIR folders, JSONL of questions, claims, pairs or conversations.
        name: What it is called.
        task: "pairs" turns questions into pairs of query and passage; None keeps what the rows are.
        licence: Under which the files may be used.
        sources: Where the files come from; their names and hashes are added.
        about: What a reader has to know.
        parent: A dataset of the same task whose rows go in first and keep their part.
        shares: Of groups to hold out; .1 for dev and .2 for test when None.
        seed: Another one splits otherwise.
        resplit: Split anew where the data brings a split.
        max_bad_share: From 0 to 1; with more unusable rows than this the data is refused.

    Raises:
        InputError: Nothing is added: the files cannot be read, are of several tasks, have too many
            rows that cannot be used, or too few groups.
        LimitError: The disk is full.
    """
    store = Datasets.of(workspace.folder)
    base = store.get(parent) if parent else None
    read = read_examples([Path(path).expanduser() for path in paths], max_bad_share=max_bad_share)
    rows, kind, dropped = _as_task(read.examples, task or read.task)
    rows, given = _onto(store, base, rows, {} if resplit else read.given)
    split = split_examples(rows, shares=shares, seed=seed, given=given)
    _log.info("%s: %s", name, split.note)
    chosen = shares or Shares()
    command = ["vade", "data", "add", *(Path(path).name for path in paths), "--name", name]
    command += ["--dev", f"{chosen.dev:g}", "--test", f"{chosen.test:g}", "--seed", str(seed)]
    command += [*(["--task", task] if task else []), *(["--resplit"] if resplit else [])]
    command += [*(["--parent", base.id] if base else [])]
    command += [] if max_bad_share == MOST_BAD_SHARE else ["--max-bad", f"{max_bad_share:g}"]
    return store.add(
        name,
        split.splits,
        task=kind,
        licence=licence,
        sources=tuple(dict.fromkeys((*sources, *(base.sources if base else ()), *read.sources))),
        about=about,
        parent=base.id if base else "",
        left_out=Counter(read.left_out) + Counter(dropped) + Counter(split.left_out),
        made_by=shlex.join(command),
    )


def _as_task(
    examples: Sequence[Example], task: DatasetTask
) -> tuple[list[Example], DatasetTask, dict[str, int]]:
    """Return rows as those of a task, and how many make none."""
    held = task_of(examples[0])
    if held == task:
        return list(examples), task, {}
    if (held, task) != ("questions", "pairs"):
        raise InputError(
            f"The files hold {held}, which cannot become {task}. Leave --task out, or name --task pairs for "
            "questions."
        )
    pairs = pairs_of(one for one in examples if isinstance(one, QuestionExample))
    left = len(examples) - len(pairs)
    return list(pairs), "pairs", {NO_PASSAGE: left} if left else {}


def _onto(
    store: Datasets, base: DatasetCard | None, rows: list[Example], given: Mapping[str, Split]
) -> tuple[list[Example], dict[str, Split]]:
    """Return the rows of a parent and those that are new to it, with the part each one is known to be in."""
    if base is None:
        return rows, dict(given)
    held = {part: store.rows(base, part) for part in SPLITS}
    known = {example.id: part for part in SPLITS for example in held[part]}
    contents = {content_key(example) for part in SPLITS for example in held[part]}
    if rows and base.task != task_of(rows[0]):
        raise InputError(f"{base.id} holds {base.task}, the files {task_of(rows[0])}. Leave --parent out.")
    fresh = [one for one in rows if one.id not in known and content_key(one) not in contents]
    return [*(one for part in SPLITS for one in held[part]), *fresh], {**given, **known}
