"""`vade eval embeddings`: the embedding model by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.eval.output import LimitOption, OutOption, SeedOption, eval_bars, keep
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def embeddings(
    data: Annotated[
        Path, typer.Option("--data", help="JSONL of sentence1, sentence2, score; or of text, label.")
    ],
    limit: LimitOption = 0,
    seed: SeedOption = 0,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure the embedding model: agreement with people on pairs, or how well groups stand apart.

    Example: vade eval embeddings --data stsb/test.jsonl.gz
    """
    from vademecum import measure

    with open_workspace(workspace) as opened:
        with eval_bars("embedding") as (_, on_progress):
            report = measure.embeddings(opened, data, limit=limit, seed=seed, on_progress=on_progress)
        keep(report, opened.folder, out=out, as_json=as_json)
