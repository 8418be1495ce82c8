"""Vademecum: from documents to answers with verbatim, checkable evidence, on one laptop.

Use:
    import vademecum
    with vademecum.open("notes") as workspace:
        workspace.ingest("docs")
        print(workspace.ask("How long is the refund period?").text)
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vademecum.errors import VademecumError
    from vademecum.values import Answer, Chunk, Citation, Document, Hit, IngestSummary, Location, Trace
    from vademecum.workspace import Workspace, open  # noqa: A004 - the root name

__version__ = "0.1.0"

_HOMES = {
    "Answer": "vademecum.values",
    "Chunk": "vademecum.values",
    "Citation": "vademecum.values",
    "Document": "vademecum.values",
    "Hit": "vademecum.values",
    "IngestSummary": "vademecum.values",
    "Location": "vademecum.values",
    "Trace": "vademecum.values",
    "VademecumError": "vademecum.errors",
    "Workspace": "vademecum.workspace",
    "open": "vademecum.workspace",
}

__all__ = [
    "Answer",
    "Chunk",
    "Citation",
    "Document",
    "Hit",
    "IngestSummary",
    "Location",
    "Trace",
    "VademecumError",
    "Workspace",
    "open",
]


def __getattr__(name: str) -> Any:
    """Load a root name from its module on first use, so that importing the package stays light."""
    if name not in _HOMES:
        raise AttributeError(f"module 'vademecum' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
