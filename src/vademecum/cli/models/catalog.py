"""`vade models pull | verify | path`: the verified weights of the catalog."""

from __future__ import annotations

from typing import Annotated

import typer

Names = Annotated[list[str] | None, typer.Argument(help="Catalog names; none: those used by default.")]


def pull(names: Names = None, force: Annotated[bool, typer.Option(help="Fetch again.")] = False) -> None:
    """Fetch weights and check every byte against the catalog.

    Example: vade models pull bge-small-en
    """
    from vademecum.cli.progress import pull_bar
    from vademecum.models.catalog import find_model, load_catalog
    from vademecum.models.pull import ensure_model, pull_models

    catalog = load_catalog().values()
    entries = [find_model(name) for name in names] if names else [entry for entry in catalog if entry.role]
    pull_models(entries, progress=pull_bar(), force=force)
    for entry in entries:
        typer.echo(f"{entry.name}  {ensure_model(entry)}")


def verify(names: Names = None) -> None:
    """Read every byte of pulled weights and compare them with the catalog.

    Example: vade models verify
    """
    from vademecum.errors import WeightsError
    from vademecum.models.catalog import find_model, load_catalog
    from vademecum.models.pull import is_pulled, verify_model

    catalog = load_catalog().values()
    entries = (
        [find_model(name) for name in names] if names else [entry for entry in catalog if is_pulled(entry)]
    )
    wrong = []
    for entry in entries:
        try:
            verify_model(entry)
            typer.echo(f"{entry.name}  right")
        except WeightsError as error:
            wrong.append(str(error))
    if wrong:
        raise WeightsError("\n".join(wrong))


def path(name: Annotated[str, typer.Argument(help="Catalog name.")]) -> None:
    """Print the folder of a model's files, pulling them first when they are not here.

    Example: vade models path bge-small-en
    """
    from vademecum.cli.progress import pull_bar
    from vademecum.models.catalog import find_model
    from vademecum.models.pull import ensure_model

    typer.echo(str(ensure_model(find_model(name), progress=pull_bar())))
