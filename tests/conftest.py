"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of shared data sets: $VADEMECUM_DATA, or `shared/data` beside the project."""
    folder = Path(os.environ.get("VADEMECUM_DATA") or _ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no shared data sets: set VADEMECUM_DATA (looked in {folder})")
    return folder
