"""`vade data make`: a dataset of questions over a person's own documents."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.data.output import (
    AboutOption,
    DevOption,
    LicenceOption,
    NameOption,
    TestOption,
    print_card,
)
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def make(
    name: NameOption,
    from_documents: Annotated[
        bool, typer.Option("--from-documents", help="From the documents of the workspace.")
    ] = True,
    questions: Annotated[int, typer.Option("--questions", min=1, help="How many to make at most.")] = 500,
    task: Annotated[
        str, typer.Option("--task", help="questions, or pairs of query and passage.")
    ] = "questions",
    licence: LicenceOption = "",
    about: AboutOption = "",
    dev: DevOption = 0.1,
    test: TestOption = 0.2,
    seed: Annotated[int, typer.Option("--seed", help="Another one makes others.")] = 0,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make questions over the documents, each with its passage and the answer's place in it.

    Example: vade data make --from-documents --questions 500 --name own
    """
    from vademecum import improve
    from vademecum.cli.eval.output import eval_bars
    from vademecum.errors import InputError
    from vademecum.train.datasets import Shares

    if task not in ("questions", "pairs"):
        raise InputError(f"--task {task}: from documents come questions or pairs.")
    shares = Shares(dev=dev, test=test)
    with open_workspace(workspace) as opened, eval_bars("making") as (_, on_item):
        card = improve.make_dataset(
            opened,
            name=name,
            questions=questions,
            seed=seed,
            task="pairs" if task == "pairs" else "questions",
            licence=licence,
            about=about,
            shares=shares,
            on_progress=on_item,
        )
    print_card(card, as_json=as_json)
