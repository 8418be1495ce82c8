"""`vade eval retrieval`: how well searches find what was judged relevant."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.eval.output import LimitOption, OutOption, SeedOption, eval_bars, keep
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def retrieval(
    data: Annotated[Path, typer.Option("--data", help="Judged collection: BEIR or TREC folder, or JSONL.")],
    limit: LimitOption = 0,
    seed: SeedOption = 0,
    rerank: Annotated[
        bool | None, typer.Option("--rerank/--no-rerank", help="Use the cross-encoder.")
    ] = None,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure search on a judged collection, under this workspace's settings.

    Example: vade eval retrieval --data scifact/
    """
    from vademecum import measure

    config = {} if rerank is None else {"retrieve.rerank": rerank}
    with open_workspace(workspace) as opened:
        with eval_bars("searching") as (on_ingest, on_progress):
            report = measure.retrieval(
                opened,
                data,
                limit=limit,
                seed=seed,
                config=config,
                on_progress=on_progress,
                on_ingest=on_ingest,
            )
        keep(report, opened.folder, out=out, as_json=as_json)
