"""What made a report: data, weights, configuration, versions, machine. Two runs that share it agree."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vademecum.models.catalog import find_model
from vademecum.workspace import Workspace

_PACKAGES = (
    "vademecum",
    "numpy",
    "onnxruntime",
    "lancedb",
    "kreuzberg",
    "xllamacpp",
    "ir-measures",
    "sacrebleu",
    "rouge-score",
    "nltk",
    "scipy",
    "scikit-learn",
)


def make_manifest(
    workspace: Workspace, *, request: Mapping[str, Any], data: Mapping[str, Any], seconds: float
) -> dict[str, Any]:
    """Return what made a report.

    Args:
        workspace: The one that was measured.
        request: The task and its arguments; running it again needs nothing else.
        data: Name, hash and number of items of what it was measured on.
        seconds: Wall-clock time of the measurement.
    """
    status = workspace.status()
    return {
        "request": dict(request),
        "data": dict(data),
        "weights": {role: _weights(workspace, name) for role, name in _used(workspace).items()},
        "config": {key.name: key.value for key in workspace.settings.values()},
        "index": {name: status[name] for name in ("documents", "chunks", "embedding", "chunker")},
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count()},
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
    }


def _used(workspace: Workspace) -> dict[str, str]:
    """Return which models took part, by role; a server that writes is named by the settings alone."""
    models, answer = workspace.config.models, workspace.config.answer
    used = {
        "embed": workspace.model_name("embedder", models.embed),
        "rerank": workspace.model_name("reranker", models.rerank),
        "read": workspace.model_name("reader", models.read),
        "check": workspace.model_name("checker", models.check),
    }
    if answer.writes and answer.engine == "embedded":
        used["chat"] = models.chat
        adapter = workspace.models.current("lora")
        used |= {"adapter": adapter.id} if adapter and adapter.base == models.chat else {}
    return used


def _weights(workspace: Workspace, name: str) -> dict[str, str]:
    """Return the hash of each file of a model."""
    card = workspace.models.find(name)
    if card is not None:
        return dict(card.files)
    return {file: item.sha256 for file, item in find_model(name).files.items()}


def _versions() -> dict[str, str]:
    found = {}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    """Return the processor's name, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
