"""Checkpoints: everything a run needs to go on as if nothing had happened, written atomically.

Owns the file; what is in it belongs to the engine. A kill while one is written leaves the one before.
Use: `save(path, state)`, `load(path)`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch

from vademecum.errors import InputError, LimitError


def save(path: Path, state: dict[str, Any]) -> None:
    """Write a state; the file holds either this one or the one before.

    Raises:
        LimitError: It cannot be written, mostly because the disk is full.
    """
    pending = path.with_suffix(".part")
    try:
        with pending.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        pending.replace(path)
    except (OSError, RuntimeError) as error:
        fit = pending.stat().st_size if pending.exists() else 0
        pending.unlink(missing_ok=True)
        # torch names places in its own source where the disk is full
        why = str(error) if isinstance(error, OSError) else f"no more than {fit / 1e6:.0f} MB fit"
        before = "The one before is whole: free" if path.exists() else "There is none before it: free"
        after = "go on with --resume" if path.exists() else "train again"
        raise LimitError(
            f"the checkpoint {path} could not be written ({why}). {before} some space and {after}."
        ) from error


def load(path: Path) -> dict[str, Any]:
    """Return a state that `save` wrote.

    Raises:
        InputError: There is none, or it cannot be read.
    """
    if not path.is_file():
        raise InputError(f"there is no checkpoint at {path} to go on from. Train without --resume.")
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(
            f"the checkpoint {path} cannot be read ({error}). Train without --resume."
        ) from error
    return state


def chance_state() -> dict[str, Any]:
    """Return the states of torch's random generators, from which dropout and new weights come."""
    return {
        "cpu": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def restore_chance(state: dict[str, Any]) -> None:
    """Put the random generators back to where `chance_state` found them."""
    torch.set_rng_state(state["cpu"])
    if state["cuda"]:
        torch.cuda.set_rng_state_all(state["cuda"])
