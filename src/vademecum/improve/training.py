"""What every training of a workspace shares: where it runs, its report, and the model it ends in.

Owns folders and cards; what is learned belongs to `train/recipes`.
Use: `job = Training.of(workspace, "reader", dataset, base="ms-marco-minilm", settings={...})`.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

from vademecum.errors import InputError
from vademecum.evaluate.files import save_report
from vademecum.improve.run_report import run_report
from vademecum.models.catalog import find_model
from vademecum.release.registry import Models
from vademecum.train.datasets import Datasets
from vademecum.train.task import FitRun
from vademecum.values import DatasetCard, DatasetTask, ModelCard, Score
from vademecum.values.model import ModelKind
from vademecum.workspace import Workspace

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
    ) -> Self:
        """Look the dataset up and return the training.

        Raises:
            InputError: There is no such dataset, it is of another task, or it holds nothing out.
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
        return cls(workspace=workspace, kind=kind, dataset=dataset, base=base, settings=settings)

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

    def finish(
        self, run: FitRun, files: Path, scores: Sequence[Score], *, command: str, limits: str, about: str
    ) -> ModelCard:
        """Keep the trained files as a model, and the course of the training as a report beside its folder.

        Args:
            run: What the engine returned.
            files: Folder with the model's files.
            scores: Figures on the test rows.
            command: What made it.
            limits: What it is not good for, for its card.
            about: One line for a person.
        """
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
        return Models.of(self.workspace.folder).add(
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
