"""Datasets on disk: versions by content, each with its card, written at once or not at all.

    DATASETS/NAME/VERSION/{card.json,train.jsonl,dev.jsonl,test.jsonl}

Owns the files; what rows mean belongs to `values/dataset.py`.
Use: `Datasets.of(workspace_folder).rows("qa", "train")`.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
import shutil
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from vademecum.errors import InputError, LimitError
from vademecum.values import DatasetCard, DatasetTask, Example, QuestionExample, Split
from vademecum.values.dataset import SPLITS, example_from_dict

Rows = list[Example]
"""Rows of one part; the class below has a method `list`."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CARD = "card.json"
_VERSION_DIGITS = 12


class Datasets:
    """The datasets of a workspace.

    Attributes:
        folder: Where they lie; made by the first `add`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, workspace: Path) -> Self:
        """Return the datasets of the workspace in a folder."""
        return cls(workspace / ".vade" / "datasets")

    def add(
        self,
        name: str,
        splits: Mapping[Split, Sequence[Example]],
        *,
        task: DatasetTask,
        licence: str = "",
        sources: Sequence[str] = (),
        about: str = "",
        parent: str = "",
        left_out: Mapping[str, int] | None = None,
        made_by: str = "",
    ) -> DatasetCard:
        """Keep rows as a version of a dataset and return its card.

        The version is the content: the same rows, in any order, are the same version. Adding it
        again renews its card, and makes it the latest.

        Args:
            name: Letters, digits, dots, hyphens and underscores.
            splits: Rows by part; a part may be absent.
            task: What the rows are.
            licence: Under which they may be used.
            sources: What they were made from.
            about: What a reader has to know.
            parent: "name@version" of the dataset they were made from.
            left_out: Rows that were not taken, by reason.
            made_by: The command.

        Raises:
            InputError: A wrong name, no rows to train on, a group in two parts, an id twice, or a
                span that does not stand in its context.
            LimitError: The files cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{name!r} cannot name a dataset. Use letters, digits, dots, hyphens and underscores, such "
                "as --name my-questions."
            )
        _check_rows(splits)
        texts = {part: _text(splits.get(part, ())) for part in SPLITS}
        rows = [example for part in SPLITS for example in splits.get(part, ())]
        card = DatasetCard(
            name=name,
            version=_version(texts),
            task=task,
            licence=licence,
            sources=tuple(sources),
            about=about,
            parent=parent,
            counts={part: len(splits.get(part, ())) for part in SPLITS},
            origins=dict(Counter(example.origin for example in rows)),
            left_out=dict(left_out or {}),
            made_by=made_by,
            made_at=datetime.now(UTC).isoformat(),
        )
        try:
            return self._write(card, texts)
        except OSError as error:
            raise LimitError(
                f"{self.folder / name} cannot be written: {error}. Nothing was added; free some space and "
                "run it again."
            ) from error

    def list(self) -> list[DatasetCard]:
        """Return the card of every version, by name, the latest first."""
        cards = [self._card(path) for path in self.folder.glob(f"[!.]*/[!.]*/{_CARD}")]
        cards.sort(key=lambda card: card.made_at, reverse=True)
        return sorted(cards, key=lambda card: card.name)

    def get(self, name: str) -> DatasetCard:
        """Return the card of a dataset: of its latest version, or of the one given as "name@version".

        A version may be shortened as long as it is the only one that begins so.

        Raises:
            InputError: There is none; the nearest name is offered.
        """
        wanted, _, version = name.partition("@")
        cards = self.list()
        versions = [card for card in cards if card.name == wanted]
        found = [card for card in versions if card.version.startswith(version)]
        if found and (not version or len(found) == 1):
            return found[0]
        if versions:
            known = ", ".join(card.version for card in versions)
            wrong = "is not the beginning of one version" if found else "is not a version"
            raise InputError(f"'{version}' {wrong} of the dataset '{wanted}'. It has {known}.")
        names = sorted({card.name for card in cards})
        near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.5)
        hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(names) or 'none'}."
        raise InputError(f"There is no dataset '{wanted}'. {hint} `vade data add FILE --name NAME` adds one.")

    def rows(self, dataset: DatasetCard | str, split: Split) -> Rows:
        """Return the rows of a part, sorted by id.

        Raises:
            InputError: There is no such dataset, or its files are not what they were.
        """
        card = dataset if isinstance(dataset, DatasetCard) else self.get(dataset)
        folder = self.folder / card.name / card.version
        try:
            texts = {part: (folder / f"{part}.jsonl").read_bytes() for part in SPLITS}
        except OSError as error:
            raise InputError(
                f"{card.id} cannot be read: {error}. Add it again with `vade data add`."
            ) from error
        if _version(texts) != card.version:
            raise InputError(
                f"{card.id} is not what was added: its files in {folder} were changed. Add it again with "
                "`vade data add`."
            )
        lines = texts[split].decode("utf-8", "surrogatepass").split("\n")
        return [example_from_dict(card.task, json.loads(line)) for line in lines if line]

    def _card(self, path: Path) -> DatasetCard:
        try:
            return DatasetCard.from_dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, InputError) as error:
            raise InputError(
                f"{path} cannot be read: {error}. Delete its folder and add the data again."
            ) from error

    def _write(self, card: DatasetCard, texts: Mapping[Split, bytes]) -> DatasetCard:
        """Write a version beside its place and move it there; renew the card of one that is there."""
        home = self.folder / card.name
        target, partial = home / card.version, home / f".{card.version}.{uuid.uuid4().hex[:8]}"
        if target.exists():
            old = self._card(target / _CARD)
            card = replace(
                card,
                licence=card.licence or old.licence,
                about=card.about or old.about,
                sources=card.sources or old.sources,
            )
        partial.mkdir(parents=True)
        try:
            for part, text in texts.items():
                _write_file(partial / f"{part}.jsonl", text)
            _write_file(partial / _CARD, _card_text(card))
            if (target / _CARD).exists():
                for path in partial.iterdir():
                    path.replace(target / path.name)
            else:
                partial.replace(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return card


def _check_rows(splits: Mapping[Split, Sequence[Example]]) -> None:
    if not splits.get("train"):
        raise InputError("There are no rows to train on. Add data, or hold less out with --dev and --test.")
    parts: dict[str, Split] = {}
    ids: set[str] = set()
    for part, rows in splits.items():
        for example in rows:
            if parts.setdefault(example.group, part) != part:
                raise InputError(
                    f"the group {example.group!r} stands in {parts[example.group]} and in {part}. Whole "
                    "groups belong to one part; `split_examples` sees to it."
                )
            if example.id in ids:
                raise InputError(f"the id {example.id!r} stands twice. Give every row an id of its own.")
            ids.add(example.id)
            _check_spans(example)


def _check_spans(example: Example) -> None:
    if not isinstance(example, QuestionExample):
        return
    for span in example.answers:
        if not span.fits(example.context):
            raise InputError(
                f"{example.id!r}: the answer {span.text!r} does not stand at {span.start} of its context."
            )


def _text(rows: Sequence[Example]) -> bytes:
    """Return rows as they are kept and hashed: sorted by id, fields sorted, one a line."""
    ordered = sorted((example.to_dict() for example in rows), key=lambda row: str(row["id"]))
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in ordered]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogatepass")


def _version(texts: Mapping[Split, bytes]) -> str:
    digest = hashlib.sha256()
    for part in SPLITS:
        digest.update(f"{part}\n".encode() + texts[part])
    return digest.hexdigest()[:_VERSION_DIGITS]


def _card_text(card: DatasetCard) -> bytes:
    fields: dict[str, Any] = card.to_dict()
    return json.dumps(fields, ensure_ascii=False, indent=1).encode("utf-8", "surrogatepass")


def _write_file(path: Path, content: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
