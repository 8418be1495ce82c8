"""`vade models card`: what a model is, came from, and can do."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, find_workspace

ModelArgument = Annotated[str, typer.Argument(help="Id of a trained model, or its beginning.")]
AnyModelArgument = Annotated[
    str, typer.Argument(help="Id of a trained model, or its beginning, or a name of the catalog.")
]


def card(model: AnyModelArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show the card of a model: data, base, settings, figures with intervals, limits.

    Examples: vade models card reader-1a2b; vade models card reader-small
    """
    from dataclasses import asdict

    from vademecum.cli.output import print_json
    from vademecum.models.catalog import load_catalog
    from vademecum.release import Models
    from vademecum.release.card import card_text, entry_text, shipped_card

    entry = load_catalog().get(model)
    if entry is not None:
        shipped = shipped_card(entry)
        if as_json:
            print_json({**asdict(entry), "card": shipped.to_dict() if shipped else None})
        else:
            typer.echo(entry_text(entry))
        return
    found = Models.of(find_workspace(workspace)).get(model)
    if as_json:
        print_json(found.to_dict())
    else:
        typer.echo(card_text(found))
