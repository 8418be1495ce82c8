"""`vade data instruct`: conversations that answer from a passage, out of a dataset of questions."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.data.output import NameOption, print_card
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def instruct(
    parent: Annotated[str, typer.Argument(help="Dataset of questions, as NAME or NAME@VERSION.")],
    name: NameOption,
    count: Annotated[int, typer.Option("--count", min=1, help="Conversations in all.")] = 2_000,
    declined: Annotated[
        float, typer.Option("--declined", min=0.0, max=1.0, help="Share whose passage does not tell.")
    ] = 0.1,
    seed: Annotated[int, typer.Option("--seed", help="Another one takes other questions.")] = 0,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make conversations for `vade train lora`: prompts of `vade ask`, answered by sentences of the passage.

    Example: vade data instruct qa --name grounded
    """
    from vademecum import improve

    with open_workspace(workspace) as opened:
        card = improve.make_instructions(
            opened, parent, name=name, count=count, declined_share=declined, seed=seed
        )
    print_card(card, as_json=as_json)
