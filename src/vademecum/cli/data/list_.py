"""`vade data list`: every version of every dataset."""

from __future__ import annotations

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, find_workspace


def list_(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the datasets of the workspace, the latest version of each first.

    Example: vade data list
    """
    from vademecum.cli.output import print_json
    from vademecum.train.datasets import Datasets

    cards = Datasets.of(find_workspace(workspace)).list()
    if as_json:
        print_json({"datasets": [{"id": card.id, **card.to_dict()} for card in cards]})
        return
    for card in cards:
        counts = " ".join(f"{count} {part}" for part, count in card.counts.items())
        licence = card.licence or "no licence named"
        typer.echo(f"{card.id:<32} {card.task:<13} {counts:<32} {licence:<20} {card.made_at[:16]}")
    if not cards:
        typer.echo("There are no datasets yet. `vade data add FILE --name NAME` adds one.", err=True)
