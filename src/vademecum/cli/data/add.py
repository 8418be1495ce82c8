"""`vade data add`: files that others made, as a versioned dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.data.output import (
    AboutOption,
    DevOption,
    LicenceOption,
    NameOption,
    TestOption,
    check_task,
    print_card,
)
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def add(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="SQuAD's JSON, BEIR folders, JSONL of questions, claims, pairs or conversations."
        ),
    ],
    name: NameOption,
    licence: LicenceOption = "",
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Where the files come from; may be given again.")
    ] = None,
    about: AboutOption = "",
    task: Annotated[
        str | None, typer.Option("--task", help="pairs: turn questions into pairs of query and passage.")
    ] = None,
    parent: Annotated[
        str, typer.Option("--parent", help="A dataset whose rows go in first and keep their part.")
    ] = "",
    dev: DevOption = 0.1,
    test: TestOption = 0.2,
    seed: Annotated[int, typer.Option("--seed", help="Another one splits otherwise.")] = 0,
    resplit: Annotated[
        bool, typer.Option("--resplit", help="Split anew where the data brings a split.")
    ] = False,
    max_bad: Annotated[
        float, typer.Option("--max-bad", min=0, max=1, help="Share of unusable rows that is let pass.")
    ] = 0.1,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read files as one dataset, split it by article so that nothing leaks, and keep it as a version.

    Example: vade data add squad.json more.jsonl --name qa --licence "CC BY-SA 4.0"
    """
    from vademecum import improve
    from vademecum.train.datasets import Shares

    shares = Shares(dev=dev, test=test)
    chosen = check_task(task)
    with open_workspace(workspace) as opened:
        card = improve.add_dataset(
            opened,
            files,
            name=name,
            task=chosen,
            licence=licence,
            sources=source or (),
            about=about,
            parent=parent,
            shares=shares,
            seed=seed,
            resplit=resplit,
            max_bad_share=max_bad,
        )
    print_card(card, as_json=as_json)
