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
        "accuracy": f"{_METRICS}.classification:ACCURACY",
        "bertscore": f"{_METRICS}.neural:BERTSCORE",
        "bleu": f"{_METRICS}.overlap:BLEU",
        "chrf": f"{_METRICS}.overlap:CHRF",
        "cider": f"{_METRICS}.cider:CIDER",
        "compression": f"{_METRICS}.source:COMPRESSION",
        "contains": f"{_METRICS}.match:CONTAINS",
        "coverage": f"{_METRICS}.source:COVERAGE",
        "density": f"{_METRICS}.source:DENSITY",
        "distinct-1": f"{_METRICS}.form:DISTINCT_1",
        "distinct-2": f"{_METRICS}.form:DISTINCT_2",
        "distinct-3": f"{_METRICS}.form:DISTINCT_3",
        "edit-distance": f"{_METRICS}.match:EDIT_DISTANCE",
        "entropy": f"{_METRICS}.form:ENTROPY",
        "exact-match": f"{_METRICS}.match:EXACT_MATCH",
        "f1": f"{_METRICS}.match:F1",
        "iou": f"{_METRICS}.classification:IOU",
        "length-ratio": f"{_METRICS}.form:LENGTH_RATIO",
        "macro-f1": f"{_METRICS}.classification:MACRO_F1",
        "mattr": f"{_METRICS}.form:MATTR",
        "meteor": f"{_METRICS}.meteor:METEOR",
        "micro-f1": f"{_METRICS}.classification:MICRO_F1",
        "novelty-1": f"{_METRICS}.source:NOVELTY_1",
        "novelty-2": f"{_METRICS}.source:NOVELTY_2",
        "perplexity": f"{_METRICS}.neural:PERPLEXITY",
        "rouge-1": f"{_METRICS}.rouge:ROUGE_1",
        "rouge-2": f"{_METRICS}.rouge:ROUGE_2",
        "rouge-l": f"{_METRICS}.rouge:ROUGE_L",
        "rouge-s": f"{_METRICS}.rouge:ROUGE_S",
        "self-bleu": f"{_METRICS}.overlap:SELF_BLEU",
        "ter": f"{_METRICS}.overlap:TER",
        "ttr": f"{_METRICS}.form:TTR",
        "yules-k": f"{_METRICS}.form:YULES_K",
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
