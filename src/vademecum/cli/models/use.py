"""`vade models use`: put a trained model to use, or go back."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import WorkspaceOption, open_workspace
from vademecum.errors import InputError


def use(
    model: Annotated[str, typer.Argument(help="Id of a trained model, or its beginning.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Whatever the comparison says; logged.")] = False,
    previous: Annotated[
        str, typer.Option("--previous", help="Go back to what was used before, for a kind such as reader.")
    ] = "",
    workspace: WorkspaceOption = None,
) -> None:
    """Put a trained model to use after comparing it with the one in use; refuse one that is worse.

    Examples: vade models use reader-1a2b; vade models use --previous reader
    """
    from vademecum import improve
    from vademecum.release.registry import check_kind

    if bool(model) == bool(previous):
        raise InputError("name either a model to use, or --previous KIND to go back.")
    with open_workspace(workspace) as opened:
        if previous:
            kind = check_kind(previous)
            now = opened.models.previous(kind)
            typer.echo(f"{now.id if now else 'the catalog'} is the {kind} again.")
        else:
            done = improve.use_model(
                opened, model, force=force, on_rows=lambda words: typer.echo(words, err=True)
            )
            typer.echo(f"{done.card.id} is in use: {done.reason}")
            kind = done.card.kind
        if kind == "embedder":
            typer.echo(
                "Passages are embedded with it by the next `vade ingest`; until then the old one searches."
            )
