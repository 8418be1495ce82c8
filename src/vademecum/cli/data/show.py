"""`vade data show`: the datasheet of a dataset, with examples."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.data.output import print_card, print_example
from vademecum.cli.options import JsonOption, WorkspaceOption, find_workspace


def show(
    name: Annotated[str, typer.Argument(help="Name, or name@version.")],
    examples: Annotated[int, typer.Option("--examples", "-n", min=0, help="How many to show.")] = 3,
    split: Annotated[
        str, typer.Option("--split", help="Which part they are of: train, dev, test.")
    ] = "train",
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the card of a dataset, figures of its parts, and examples spread over one of them.

    Example: vade data show qa --examples 5 --split test
    """
    from vademecum.cli.output import print_json
    from vademecum.errors import InputError
    from vademecum.train.datasets import Datasets
    from vademecum.train.datasets.describe import describe
    from vademecum.values.dataset import SPLITS

    part = next((one for one in SPLITS if one == split), None)
    if part is None:
        raise InputError(f"There is no part '{split}'. Allowed is one of {', '.join(SPLITS)}.")
    store = Datasets.of(find_workspace(workspace))
    card = store.get(name)
    rows = {one: store.rows(card, one) for one in SPLITS}
    figures = {one: describe(rows[one]) for one in SPLITS}
    step = max(1, len(rows[part]) // max(1, examples))
    shown = rows[part][::step][:examples]
    if as_json:
        found = {"id": card.id, **card.to_dict(), "figures": figures}
        print_json({**found, "examples": [example.to_dict() for example in shown]})
        return
    print_card(card, as_json=False)
    for one, numbers in figures.items():
        typer.echo(f"{one}: " + ", ".join(f"{value:g} {name}" for name, value in numbers.items()))
    for example in shown:
        typer.echo("")
        print_example(example)
