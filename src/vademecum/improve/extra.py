"""What is said where a package of the extra `train` is not installed.

Use: `except ModuleNotFoundError as error: raise missing_extra(error) from error`.
"""

from __future__ import annotations

from vademecum.errors import MissingExtraError

_EXTRA = frozenset({"accelerate", "gguf", "onnx", "optuna", "peft", "torch", "transformers"})


def missing_extra(error: ModuleNotFoundError) -> Exception:
    """Return what to raise for a module that was not found: the error itself where it is of no extra."""
    if error.name not in _EXTRA:
        return error
    return MissingExtraError(
        f"training needs {error.name}, which is not installed. Install it with:"
        " pip install -c constraints.txt 'vademecum[train]'"
    )
