"""`vade eval score`: any metric by itself, over lines of text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vademecum.cli.options import JsonOption


def score(
    metric: Annotated[
        list[str] | None, typer.Option("--metric", "-m", help="Name of a metric; may be given again.")
    ] = None,
    predictions: Annotated[
        Path | None, typer.Option("--predictions", "-p", help="Texts to judge, one a line, or JSONL.")
    ] = None,
    references: Annotated[
        list[Path] | None,
        typer.Option(
            "--references", "-r", help="What they should resemble, line by line; may be given again."
        ),
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--source", help="What they were made from, line by line.")
    ] = None,
    show_metrics: Annotated[bool, typer.Option("--list", help="List the metrics and what they say.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score texts against references by any metric; --list names them.

    Example: vade eval score --metric rouge-l --predictions p.txt --references r.txt
    """
    from vademecum import measure
    from vademecum.cli.eval.output import print_scores
    from vademecum.cli.output import print_json
    from vademecum.cli.progress import pull_bar
    from vademecum.config import ModelsConfig
    from vademecum.evaluate.score import read_pairs, score_texts
    from vademecum.evaluate.scores import measured_score
    from vademecum.registry import list_parts, load_part

    if show_metrics:
        for name in list_parts("metric"):
            typer.echo(f"{name:<16} {load_part('metric', name).about}")
        return
    if not metric or predictions is None:
        raise typer.BadParameter("--metric NAME and --predictions FILE are needed; --list names the metrics.")
    tools = measure.metric_tools(ModelsConfig(), on_pull=pull_bar())
    pairs = read_pairs(predictions, references=references or (), source=source)
    measured = score_texts(metric, pairs, tools)
    scores = [measured_score(load_part("metric", name), found) for name, found in measured.items()]
    if as_json:
        items = {name: list(found.items) for name, found in measured.items()}
        print_json({"scores": [one.to_dict() for one in scores], "items": items})
    else:
        print_scores(scores)
