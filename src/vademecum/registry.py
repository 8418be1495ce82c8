"""Names of exchangeable parts: kind + name -> "module:attribute", imported on use.

Listing names imports nothing. Packages join with entry points in the group `vademecum.KIND`.
Use: `load_part("metric", "rouge-l")`.
"""

from __future__ import annotations

import difflib
import importlib
from importlib.metadata import entry_points
from typing import Any

from vademecum.errors import InputError

_METRICS = "vademecum.evaluate.metrics"

BUILT_IN: dict[str, dict[str, str]] = {
    "metric": {
        "exact-match": f"{_METRICS}.match:EXACT_MATCH",
    },
}


def list_parts(kind: str) -> dict[str, str]:
    """Return where each part of a kind comes from, by name, sorted; built-ins win over entry points."""
    others = {point.name: point.value for point in entry_points(group=f"vademecum.{kind}")}
    return dict(sorted({**others, **BUILT_IN.get(kind, {})}.items()))


def load_part(kind: str, name: str) -> Any:
    """Import the part of a kind that has this name.

    Raises:
        InputError: There is none; the nearest name is given.
    """
    known = list_parts(kind)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known are {', '.join(known)}."
        raise InputError(f"There is no {kind} '{name}': {hint}")
    module, _, attribute = known[name].partition(":")
    return getattr(importlib.import_module(module), attribute)
