"""`vade models card`: what a trained model is, came from, and can do."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, find_workspace

ModelArgument = Annotated[str, typer.Argument(help="Id of a trained model, or its beginning.")]


def card(model: ModelArgument, workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """Show the card of a trained model: data, base, settings, figures with intervals, limits.

    Example: vade models card reader-1a2b
    """
    from vademecum.cli.output import print_json
    from vademecum.release import Models
    from vademecum.release.card import card_text

    found = Models.of(find_workspace(workspace)).get(model)
    if as_json:
        print_json(found.to_dict())
    else:
        typer.echo(card_text(found))
