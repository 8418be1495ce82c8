"""`vade eval answers`: are answers right, grounded, and withheld where the documents do not tell?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.eval.output import LimitOption, OutOption, SeedOption, eval_bars, keep
from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace


def answers(
    data: Annotated[
        Path | None, typer.Option("--data", help="SQuAD's JSON or JSONL; else the workspace's own questions.")
    ] = None,
    metric: Annotated[
        list[str] | None, typer.Option("--metric", help="A further metric, such as rouge-l.")
    ] = None,
    limit: LimitOption = 0,
    seed: SeedOption = 0,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure answers on a question set, under this workspace's settings.

    Example: vade eval answers --data squad.json --limit 200
    """
    from vademecum import measure

    with open_workspace(workspace) as opened:
        with eval_bars("asking") as (on_ingest, on_progress):
            report = measure.answers(
                opened,
                data,
                metrics=metric or (),
                limit=limit,
                seed=seed,
                on_progress=on_progress,
                on_ingest=on_ingest,
            )
        keep(report, opened.folder, out=out, as_json=as_json)
