"""How a trained model is told in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from vademecum.cli.eval.output import print_scores
from vademecum.cli.output import print_json

if TYPE_CHECKING:
    from vademecum.values import ModelCard


def print_model(card: ModelCard, *, as_json: bool) -> None:
    """Print what was trained, how good it is, and what to do with it."""
    if as_json:
        print_json(card.to_dict())
        return
    typer.echo(f"{card.id}  {card.size_bytes / 1e6:.1f} MB, from {card.base} on {card.dataset}")
    print_scores(card.metrics)
    typer.echo(f"Put it to use: vade models use {card.id}")
