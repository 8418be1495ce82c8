"""What makes a workspace better: data gathered, models trained on it.

Use:
    from vademecum import improve
    card = improve.add_dataset(workspace, ["squad.json"], name="qa", licence="CC BY-SA 4.0")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from vademecum.improve.extra import missing_extra

if TYPE_CHECKING:
    from vademecum.improve.add_files import add_dataset
    from vademecum.improve.checker_training import train_checker
    from vademecum.improve.embedder_training import train_embedder
    from vademecum.improve.instructions import make_instructions
    from vademecum.improve.lora_training import train_lora
    from vademecum.improve.make_from_documents import make_dataset
    from vademecum.improve.method_table import compare_methods
    from vademecum.improve.promote import use_model
    from vademecum.improve.reader_training import train_reader
    from vademecum.improve.reranker_training import train_reranker
    from vademecum.improve.search_rate import find_rate
    from vademecum.improve.sweeping import sweep
    from vademecum.improve.twisting import twist_dataset

_HOMES = {
    "add_dataset": "add_files",
    "compare_methods": "method_table",
    "find_rate": "search_rate",
    "make_dataset": "make_from_documents",
    "make_instructions": "instructions",
    "sweep": "sweeping",
    "train_checker": "checker_training",
    "train_embedder": "embedder_training",
    "train_lora": "lora_training",
    "train_reader": "reader_training",
    "train_reranker": "reranker_training",
    "twist_dataset": "twisting",
    "use_model": "promote",
}

__all__ = [
    "add_dataset",
    "compare_methods",
    "find_rate",
    "make_dataset",
    "make_instructions",
    "sweep",
    "train_checker",
    "train_embedder",
    "train_lora",
    "train_reader",
    "train_reranker",
    "twist_dataset",
    "use_model",
]


def __getattr__(name: str) -> Any:
    """Load a function with what it needs on first use.

    Raises:
        MissingExtraError: It trains, and the extra `train` is not installed.
    """
    if name not in _HOMES:
        raise AttributeError(f"module 'vademecum.improve' has no attribute {name!r}")
    try:
        value = getattr(importlib.import_module(f"vademecum.improve.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        raise missing_extra(error) from error
    globals()[name] = value
    return value
