"""`vade models export`: the files of a trained model with its card, for use elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.models.card import ModelArgument
from vademecum.cli.options import WorkspaceOption, find_workspace


def export(
    model: ModelArgument,
    folder: Annotated[Path, typer.Argument(help="Folder to write; made when it is not there.")],
    to: Annotated[str, typer.Option("--to", help="onnx, gguf or peft.")] = "onnx",
    workspace: WorkspaceOption = None,
) -> None:
    """Copy a trained model's files of one form into a folder, with its card as README.md.

    Example: vade models export reader-1a2b out --to onnx
    """
    from vademecum.release import Models
    from vademecum.release.export import export_model

    for path in export_model(Models.of(find_workspace(workspace)), model, folder, form=to):
        typer.echo(str(path))
