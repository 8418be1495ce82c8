"""A model's card as Markdown, for a person to read and to lie beside exported files.

Use: `card_text(card)` for a trained model, `entry_text(find_model("bge-small-en"))` for one of the catalog.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files as resource_files
from typing import Any

from vademecum.models.catalog import ModelEntry
from vademecum.values import ModelCard, Score

_CARRIED = "card.json"


def card_text(card: ModelCard) -> str:
    """Return the card as Markdown."""
    facts = {
        "kind": card.kind,
        "base": card.base,
        "dataset": card.dataset,
        "licence": card.licence or "of the data: not named",
        "size": f"{card.size_bytes / 1e6:.1f} MB",
        "made": f"{card.made_at} by `{card.made_by}`",
        "seed": card.seed,
    }
    lines = [f"# {card.id}", "", card.about, "", *(f"- {name}: {value}" for name, value in facts.items())]
    lines += ["", "## Figures", "", *(f"- {_figure(score)}" for score in card.metrics)]
    if card.limits:
        lines += ["", "## Limits", "", card.limits]
    lines += ["", "## Settings", "", *(f"- {name} = {value}" for name, value in flat(card.settings))]
    lines += ["", "## Versions", "", *(f"- {name} {value}" for name, value in card.versions.items())]
    lines += ["", "## Files", "", *(f"- {name}: sha256 {value}" for name, value in card.files.items())]
    return "\n".join(lines)


def entry_text(entry: ModelEntry) -> str:
    """Return what is known of a model of the catalog as Markdown, with its card where it was trained here."""
    source = entry.wheel or entry.hub or f"this package, {entry.package}"
    facts = {
        "task": entry.task,
        "licence": entry.licence,
        "upstream": entry.upstream,
        "size": f"{entry.size / 1e6:.1f} MB",
        "bytes from": source,
    }
    lines = [f"# {entry.name}", "", entry.about, "", *(f"- {name}: {value}" for name, value in facts.items())]
    if entry.figures:
        lines += ["", "## Figures", "", *(f"- {one}" for one in entry.figures)]
    lines += ["", "## Files", "", *(f"- {one.name}: sha256 {one.sha256}" for one in entry.files.values())]
    card = shipped_card(entry)
    return "\n".join(lines) + (f"\n\n{card_text(card)}" if card else "")


def shipped_card(entry: ModelEntry) -> ModelCard | None:
    """Return the card that came out of the training of a model this package carries; None for the others."""
    if not entry.package:
        return None
    text = resource_files("vademecum.models").joinpath(entry.package, _CARRIED).read_text("utf-8")
    return ModelCard.from_dict(json.loads(text))


def flat(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield nested settings as pairs of dotted name and value."""
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def differences(first: ModelCard, second: ModelCard) -> list[tuple[str, str, str]]:
    """Return (what, first, second) wherever two models differ: data, base, settings, versions, figures."""
    left, right = _facts(first), _facts(second)
    names = {**left, **right}
    return [
        (name, left.get(name, ""), right.get(name, "")) for name in names if left.get(name) != right.get(name)
    ]


def _facts(card: ModelCard) -> dict[str, str]:
    named = {name: getattr(card, name) for name in ("base", "dataset", "seed")}
    figures = {score.metric: _value(score) for score in card.metrics}
    every = {**named, **dict(flat(card.settings)), **dict(flat(card.versions)), **figures}
    return {name: str(value) for name, value in every.items()}


def _figure(score: Score) -> str:
    return f"{score.metric} {_value(score)} on {score.count} items"


def _value(score: Score) -> str:
    if score.value is None:
        return ""
    if score.low is None or score.high is None:
        return f"{score.value:.4f}"
    return f"{score.value:.4f} [{score.low:.4f}, {score.high:.4f}]"
