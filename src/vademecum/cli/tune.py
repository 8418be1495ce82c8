"""`vade tune`: the search settings that suit these documents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, open_workspace

if TYPE_CHECKING:
    from vademecum.evaluate.tune import Trial

_SHOWN = 12


def tune(
    data: Annotated[
        Path | None, typer.Option("--data", help="Judged collection; else the workspace's own questions.")
    ] = None,
    budget_ms: Annotated[
        float, typer.Option("--budget-ms", min=1, help="Slowest median search allowed, in milliseconds.")
    ] = 200.0,
    chunk_size: Annotated[
        list[int] | None, typer.Option("--chunk-size", help="Tokens a chunk may have; may be given again.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the choice, write nothing.")] = False,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try fusion, depth, reranking, passage length and chunk size; write the choice to vade.toml.

    Half of the questions choose; the other half, which the search never sees, has to agree.

    Example: vade tune --budget-ms 50
    """
    from vademecum import measure
    from vademecum.cli.eval.output import eval_bars
    from vademecum.cli.output import print_json
    from vademecum.config import save_settings
    from vademecum.evaluate.files import save_report

    with open_workspace(workspace) as opened:
        with eval_bars("trying") as (on_ingest, on_item):
            tried: list[Trial] = []

            def on_trial(trial: Trial) -> None:
                tried.append(trial)
                on_item(len(tried), 0)

            tuned, report = measure.tune(
                opened,
                data,
                budget_ms=budget_ms,
                chunk_sizes=chunk_size or (),
                on_trial=on_trial,
                on_ingest=on_ingest,
            )
        path = save_report(report, opened.folder / "reports")
        now = {key.name: key.value for key in opened.settings.values()}
        changed = {name: value for name, value in tuned.chosen.items() if now[name] != value}
        if changed and not dry_run:
            save_settings(opened.folder, changed)
    if as_json:
        print_json(
            {
                "changed": changed,
                "written": bool(changed) and not dry_run,
                "path": str(path),
                **report.to_dict(),
            }
        )
        return
    for trial in tuned.trials[:_SHOWN]:
        typer.echo(f"  {trial.mean:.4f}  {trial.ms:7.1f} ms  {_words(trial)}")
    if len(tuned.trials) > _SHOWN:
        typer.echo(f"  ... {len(tuned.trials)} settings in all; the report has every one")
    for note in report.notes:
        typer.echo(note)
    if changed and not dry_run:
        typer.echo(f"Written to {opened.folder / 'vade.toml'}.")
        if "chunk.max_tokens" in changed:
            typer.echo("Run `vade ingest` to cut the documents anew.")
    typer.echo(f"{path}\n{path.with_suffix('.html')}")


def _words(trial: Trial) -> str:
    """Return what a trial sets, short."""
    values = {name.rpartition(".")[2]: value for name, value in trial.settings.items()}
    fusion = "chunks {max_tokens}, meaning {dense_weight:.2f}, depth {depth}".format(**values)
    if not values["rerank"]:
        return f"{fusion}, no rerank"
    return fusion + ", rerank {rerank_pairs} x {rerank_words} words, weight {rerank_weight:g}".format(
        **values
    )
