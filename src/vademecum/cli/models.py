"""`vade models`: the verified weights."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption

app = typer.Typer(help="The models and their verified weights.", no_args_is_help=True)

Names = Annotated[list[str] | None, typer.Argument(help="Catalog names; none: those used by default.")]


@app.command("list")
def list_(as_json: JsonOption = False) -> None:
    """List the catalog: task, size, licence, and whether the weights are here.

    Example: vade models list
    """
    from vademecum.cli.output import print_json
    from vademecum.models.catalog import load_catalog
    from vademecum.models.pull import is_pulled

    entries = load_catalog().values()
    if as_json:
        names = ("name", "task", "licence", "upstream")
        described = [{name: getattr(entry, name) for name in names} for entry in entries]
        here = [{"size_bytes": entry.size, "pulled": is_pulled(entry)} for entry in entries]
        print_json([first | second for first, second in zip(described, here, strict=True)])
        return
    for entry in entries:
        state = "pulled" if is_pulled(entry) else "-"
        size = f"{entry.size / 1e6:.0f} MB"
        typer.echo(
            f"{entry.name:<18}{entry.task:<18}{size:>8}  {entry.licence:<12}{state:<8}{entry.upstream}"
        )


@app.command("pull")
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


@app.command("verify")
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


@app.command("path")
def path(name: Annotated[str, typer.Argument(help="Catalog name.")]) -> None:
    """Print the folder of a model's files, pulling them first when they are not here.

    Example: vade models path bge-small-en
    """
    from vademecum.cli.progress import pull_bar
    from vademecum.models.catalog import find_model
    from vademecum.models.pull import ensure_model

    typer.echo(str(ensure_model(find_model(name), progress=pull_bar())))
