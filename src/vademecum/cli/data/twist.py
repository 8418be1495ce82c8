"""`vade data twist`: a dataset with questions that their passages no longer answer beside the real ones."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.data.output import NameOption, print_card
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def twist(
    parent: Annotated[str, typer.Argument(help="Dataset of questions, as NAME or NAME@VERSION.")],
    name: NameOption,
    share: Annotated[
        float, typer.Option("--share", min=0.01, max=1.0, help="Share of the questions to change.")
    ] = 0.5,
    seed: Annotated[int, typer.Option("--seed", help="Another one makes other changes.")] = 0,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add changed copies of training questions, so that a reader learns to say that there is no answer.

    A name, a number or a word is exchanged, or the question is denied; English only.

    Example: vade data twist qa --name qa-twisted
    """
    from vademecum import improve
    from vademecum.cli.progress import pull_bar

    with open_workspace(workspace) as opened:
        card = improve.twist_dataset(opened, parent, name=name, share=share, seed=seed, on_pull=pull_bar())
    print_card(card, as_json=as_json)
