"""What every training of a workspace shares: where it runs, its report, and the model it ends in.

Owns folders and cards; what is learned belongs to `train/recipes`.
Use: `job = Training.of(workspace, "reader", dataset, base="ms-marco-minilm", settings={...})`.
"""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from vademecum.errors import InputError, LimitError
from vademecum.evaluate.files import save_report
from vademecum.files import written_whole
from vademecum.improve.run_report import run_report
from vademecum.models.catalog import find_model
from vademecum.release.card import flat
from vademecum.release.registry import Models
from vademecum.train.datasets import Datasets
from vademecum.train.engine import CHECKPOINT, fit
from vademecum.train.settings import FitSettings
from vademecum.train.task import FitRun, OnStep, Task
from vademecum.values import DatasetCard, DatasetTask, ModelCard, Score
from vademecum.values.model import ModelKind
from vademecum.workspace import Workspace

_RUN = "run.json"
_KNOBS = ("epochs", "batch_size", "learning_rate", "schedule", "patience", "evaluations", "seed")
_MORE_KNOBS: Mapping[ModelKind, tuple[str, ...]] = {
    "reader": ("micro_batch", "method", "layer_decay"),
    "checker": ("micro_batch", "method", "layer_decay"),
    "lora": ("micro_batch",),
}
"""Knobs of the engine that a person can set for each kind of model."""
_PACKAGES = ("vademecum", "torch", "transformers", "accelerate", "tokenizers", "onnxruntime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One training of a workspace.

    Attributes:
        workspace: Whose data and models.
        kind: What is trained.
        dataset: What it learns from.
        base: Catalog name of the model it begins with.
        settings: Every knob, ready for JSON.
    """

    workspace: Workspace
    kind: ModelKind
    dataset: DatasetCard
    base: str
    settings: Mapping[str, Any]

    @classmethod
    def of(
        cls,
        workspace: Workspace,
        kind: ModelKind,
        data: str,
        *,
        task: DatasetTask,
        base: str,
        settings: Mapping[str, Any],
        resume: bool = False,
    ) -> Self:
        """Look the dataset up and return the training.

        Raises:
            InputError: There is no such dataset, it is of another task, it holds nothing out, or there
                is nothing to resume.
            ConfigError: There is no such base.
        """
        dataset = Datasets.of(workspace.folder).get(data)
        if dataset.task != task:
            raise InputError(
                f"a {kind} is trained on {task}, and {dataset.id} holds {dataset.task}. List others: vade"
                " data list"
            )
        empty = [part for part in ("train", "dev", "test") if not dataset.counts.get(part)]
        if empty:
            raise InputError(
                f"{dataset.id} has no rows for {' and '.join(empty)}. Add it again with --dev and --test"
                " above 0."
            )
        find_model(base)
        job = cls(workspace=workspace, kind=kind, dataset=dataset, base=base, settings=settings)
        if resume:
            job._check_resume()
        return job

    @property
    def identity(self) -> str:
        """Data and base, as a checkpoint remembers them."""
        return f"{self.kind}: {self.dataset.id} on {find_model(self.base).version}"

    @property
    def folder(self) -> Path:
        """Where it runs: the same for the same data, base and settings."""
        made = json.dumps([self.identity, dict(self.settings)], sort_keys=True)
        digest = hashlib.sha256(made.encode()).hexdigest()[:12]
        return self.workspace.folder / ".vade" / "runs" / f"{self.kind}-{digest}"

    def fit(
        self, task: Task, *, settings: FitSettings, resume: bool = False, on_step: OnStep | None = None
    ) -> FitRun:
        """Train in this training's folder; see `train/engine.py`."""
        self._note({})
        return fit(
            task,
            settings=settings,
            folder=self.folder,
            identity=self.identity,
            resume=resume,
            on_step=on_step,
        )

    def made(self) -> ModelCard | None:
        """Return the model that this training ended in; None where it did not."""
        id_ = _read(self.folder / _RUN).get("model")
        return Models.of(self.workspace.folder).find(id_) if id_ else None

    def _check_resume(self) -> None:
        """Refuse to go on where nothing was stopped, and name what was: other data or other settings."""
        if (self.folder / CHECKPOINT).is_file():
            return
        done = self.made()
        if done:
            raise InputError(
                f"this training came to its end, it made {done.id}. Train without --resume to do it again."
            )
        others = [
            _difference(self._known(), run)
            for path in self.folder.parent.glob(f"{self.kind}-*/{CHECKPOINT}")
            if (run := _read(path.parent / _RUN))
        ]
        nearest = min(others, key=len, default=[])
        hint = f" One was stopped with {', '.join(nearest)}." if nearest else ""
        raise InputError(
            f"there is no checkpoint at {self.folder / CHECKPOINT} to go on from.{hint} Resume with the same"
            " data, base and settings, or train without --resume."
        )

    def _command(self, options: Mapping[str, Any]) -> str:
        """Return the command line that makes this training again."""
        knobs = {name: self.settings["fit"][name] for name in (*_KNOBS, *_MORE_KNOBS.get(self.kind, ()))}
        words = ["vade", "train", self.kind, "--data", self.dataset.id, "--base", self.base]
        for name, value in {**knobs, **options}.items():
            words += [f"--{name.replace('_', '-')}", f"{value:g}" if isinstance(value, float) else str(value)]
        return shlex.join(words)

    def _known(self) -> dict[str, Any]:
        return {"data": self.dataset.id, "base": self.base, **dict(flat(self.settings))}

    def _note(self, more: Mapping[str, Any]) -> None:
        """Write down beside the checkpoint what this training is."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with written_whole(self.folder / _RUN) as stream:
                json.dump({**self._known(), **more}, stream)
        except OSError as error:
            raise LimitError(f"{self.folder} cannot be written: {error}. Free some space.") from error

    def finish(
        self,
        run: FitRun,
        files: Path,
        scores: Sequence[Score],
        *,
        limits: str,
        about: str,
        options: Mapping[str, Any] | None = None,
    ) -> ModelCard:
        """Keep the trained files as a model, and the course of the training as a report in its folder.

        Checkpoint and files are removed from there: they take half a gigabyte, and are of no more use.

        Args:
            run: What the engine returned.
            files: Folder with the model's files.
            scores: Figures on the test rows.
            limits: What it is not good for, for its card.
            about: One line for a person.
            options: What the command that made it was told beside data, base and the engine's knobs.
        """
        command = self._command(options or {})
        versions = {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
        seed = int(self.settings["fit"]["seed"])
        manifest = {
            "request": {"command": command},
            "data": {"name": self.dataset.id, "items": sum(self.dataset.counts.values())},
            "weights": {"base": find_model(self.base).version},
            "config": dict(self.settings),
            "versions": versions,
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        save_report(run_report(self.kind, run, scores, manifest), self.folder, name="training")
        card = Models.of(self.workspace.folder).add(
            files,
            kind=self.kind,
            base=self.base,
            dataset=self.dataset.id,
            licence=self.dataset.licence,
            about=about,
            seed=seed,
            settings=dict(self.settings),
            metrics=tuple(scores),
            versions=versions,
            made_by=command,
            limits=limits,
        )
        (self.folder / CHECKPOINT).unlink(missing_ok=True)
        shutil.rmtree(files, ignore_errors=True)
        self._note({"model": card.id})
        return card


def _read(path: Path) -> dict[str, Any]:
    """Return what a training noted of itself; empty where there is nothing to be read."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _difference(mine: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return in words what another training has otherwise."""
    return [
        f"{name.rpartition('.')[2]} = {value}, not {mine[name]}"
        for name, value in other.items()
        if name in mine and mine[name] != value
    ]
