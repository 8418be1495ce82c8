"""Trained models of a workspace: kept by content, put to use, rolled back, and every change written down.

    MODELS/ID/{card.json, model files}   MODELS/use.json   MODELS/audit.jsonl

Owns the files; whether a model is good enough to be used is decided above.
Use: `Models.of(workspace_folder).current("reader")`.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from vademecum.errors import InputError, LimitError, WeightsError
from vademecum.files import written_whole
from vademecum.values import ModelCard
from vademecum.values.model import MODEL_KINDS, ModelKind

_CARD = "card.json"
_USE = "use.json"
_AUDIT = "audit.jsonl"
_DIGITS = 12
_Used = dict[str, list[str]]
_Line = dict[str, Any]
_Log = list[_Line]


class Models:
    """The trained models of a workspace.

    Attributes:
        folder: Where they lie; made by the first `add`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, workspace: Path) -> Self:
        """Return the models of the workspace in a folder."""
        return cls(workspace / ".vade" / "models")

    def add(self, files: Path, *, kind: ModelKind, **fields: Any) -> ModelCard:
        """Keep the files of a folder as a model; the same files are the same model.

        Args:
            files: Folder with the model's files; they are copied.
            kind: What the model does.
            fields: The other fields of `ModelCard`, without id, files, size and time.

        Raises:
            LimitError: The files cannot be written.
        """
        hashes = {str(path.relative_to(files)): _sha256(path) for path in _files(files)}
        made = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()
        card = ModelCard(
            id=f"{kind}-{made[:_DIGITS]}",
            kind=kind,
            files=hashes,
            size_bytes=sum(path.stat().st_size for path in _files(files)),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            **fields,
        )
        target, partial = self.folder / card.id, self.folder / f".{card.id}.{uuid.uuid4().hex[:8]}"
        try:
            if not target.exists():
                shutil.copytree(files, partial)
                _write(partial / _CARD, card.to_dict())
                partial.replace(target)
            else:
                _write(target / _CARD, card.to_dict())
        except OSError as error:
            raise LimitError(
                f"{target} cannot be written: {error}. Nothing was added; free some space and run it again."
            ) from error
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        self._log("add", card.kind, card.id)
        return card

    def list(self) -> list[ModelCard]:
        """Return the card of every model, the latest first."""
        cards = [_read_card(path) for path in self.folder.glob(f"[!.]*/{_CARD}")]
        return sorted(cards, key=lambda card: card.made_at, reverse=True)

    def get(self, name: str) -> ModelCard:
        """Return the card of a model by its id, which may be shortened while it is the only one so.

        Raises:
            InputError: There is none, or several; the nearest is offered.
        """
        cards = self.list()
        found = [card for card in cards if card.id == name] or [
            card for card in cards if name and card.id.startswith(name)
        ]
        if len(found) == 1:
            return found[0]
        ids = [card.id for card in cards]
        if found:
            raise InputError(
                f"'{name}' is the beginning of several models: {', '.join(c.id for c in found)}."
            )
        near = difflib.get_close_matches(name, ids, n=1, cutoff=0.4)
        hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(ids) or 'none'}."
        raise InputError(f"There is no trained model '{name}'. {hint} `vade models list` shows them.")

    def find(self, id_: str) -> ModelCard | None:
        """Return the card of the model with exactly this id; None when there is none."""
        path = self.folder / id_ / _CARD
        return _read_card(path) if path.is_file() else None

    def files(self, card: ModelCard) -> Path:
        """Return the folder of a model whose bytes are right.

        Raises:
            WeightsError: A file is gone or was changed.
        """
        folder = self.folder / card.id
        for name, sha256 in card.files.items():
            if not (folder / name).is_file() or _sha256(folder / name) != sha256:
                raise WeightsError(
                    f"{folder / name} is not what was trained. Go back with `vade models use --previous"
                    f" {card.kind}`, or train it again: {card.made_by}"
                )
        return folder

    def current(self, kind: ModelKind) -> ModelCard | None:
        """Return the model of a kind that is in use; None where the catalog's own is."""
        history = self._history().get(kind, [])
        return self.get(history[-1]) if history else None

    def use(self, card: ModelCard, *, reason: str, forced: bool = False) -> None:
        """Put a model to use, and write down why.

        Args:
            card: The model.
            reason: Figures or words.
            forced: Whether it was put to use although it is not shown to be as good.
        """
        history = self._history()
        history[card.kind] = [*history.get(card.kind, []), card.id]
        self._keep(history)
        self._log("use", card.kind, card.id, reason=reason, forced=forced)

    def previous(self, kind: ModelKind, *, reason: str = "") -> ModelCard | None:
        """Go back to the model that was in use before; returns it, or None for the catalog's own.

        Raises:
            InputError: No trained model of this kind is in use.
        """
        history = self._history()
        if not history.get(kind):
            raise InputError(f"no trained {kind} is in use, so there is nothing to go back from.")
        left = history[kind].pop()
        self._keep(history)
        card = self.current(kind)
        self._log("previous", kind, card.id if card else "", reason=reason or f"back from {left}")
        return card

    def audit(self) -> _Log:
        """Return what was added, used and taken back, in order."""
        path = self.folder / _AUDIT
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def _history(self) -> _Used:
        path = self.folder / _USE
        if not path.exists():
            return {}
        history: _Used = json.loads(path.read_text("utf-8"))
        return history

    def _keep(self, history: _Used) -> None:
        _write(self.folder / _USE, dict(history))

    def _log(self, action: str, kind: str, id_: str, *, reason: str = "", forced: bool = False) -> None:
        line = {
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
            "action": action,
            "kind": kind,
            "id": id_,
            "forced": forced,
            "reason": reason,
        }
        try:
            with (self.folder / _AUDIT).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise LimitError(
                f"{self.folder / _AUDIT} cannot be written: {error}. Free some space."
            ) from error


def check_kind(name: str) -> ModelKind:
    """Return the kind a person names.

    Raises:
        InputError: There is no such kind.
    """
    found = next((kind for kind in MODEL_KINDS if kind == name), None)
    if found is None:
        raise InputError(f"There is no kind of model '{name}'. Allowed is one of {', '.join(MODEL_KINDS)}.")
    return found


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != _CARD)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_card(path: Path) -> ModelCard:
    try:
        return ModelCard.from_dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, InputError) as error:
        raise InputError(f"{path} cannot be read: {error}. Delete its folder and train again.") from error


def _write(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON so that a kill or a full disk leaves the old or the new file.

    Raises:
        LimitError: It cannot be written.
    """
    try:
        with written_whole(path) as file:
            json.dump(content, file, ensure_ascii=False, indent=1)
    except OSError as error:
        raise LimitError(
            f"{path} cannot be written: {error}. Nothing was changed; free some space."
        ) from error
