"""The API's description is committed, so that a change to it is seen."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
from serving import Served

COMMITTED = Path(__file__).parent / "openapi.json"


def test_the_api_is_the_committed_one(served: Served) -> None:
    found = httpx.get(f"{served.url}/openapi.json").json()
    wanted = json.loads(COMMITTED.read_text("utf-8"))
    hint = f"write the new description to {COMMITTED} if the change is meant"
    assert _routes(found) == _routes(wanted), hint
    assert _fields(found) == _fields(wanted), hint


def _routes(description: dict) -> dict:  # type: ignore[type-arg]
    """Methods and parameters of every route."""
    return {
        path: {
            method: [
                (one["name"], one["in"], one.get("required", False)) for one in about.get("parameters", [])
            ]
            for method, about in methods.items()
        }
        for path, methods in description["paths"].items()
    }


def _fields(description: dict) -> dict:  # type: ignore[type-arg]
    """Fields of every body that is ours."""
    return {
        name: sorted(about.get("properties", {}))
        for name, about in description["components"]["schemas"].items()
        if "Validation" not in name
    }
