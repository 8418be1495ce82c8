"""What makes a workspace better: data gathered from people and from its own documents.

Use:
    from vademecum import improve
    card = improve.add_dataset(workspace, ["squad.json"], name="qa", licence="CC BY-SA 4.0")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vademecum.improve.add_files import add_dataset
    from vademecum.improve.make_from_documents import make_dataset

_HOMES = {
    "add_dataset": "add_files",
    "make_dataset": "make_from_documents",
}

__all__ = [
    "add_dataset",
    "make_dataset",
]


def __getattr__(name: str) -> Any:
    """Load a function with what it needs on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'vademecum.improve' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"vademecum.improve.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
