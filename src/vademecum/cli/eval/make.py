"""`vade eval make`: questions from a person's own documents, reviewed in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption


def make(
    questions: Annotated[int, typer.Option("--questions", "-n", min=1, help="How many to make.")] = 100,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", help="Only this kind; may be given again.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Another one makes others.")] = 0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Take all; review later.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make questions from the documents, each with its evidence, and review them.

    Example: vade eval make --questions 100
    """
    raise NotImplementedError
