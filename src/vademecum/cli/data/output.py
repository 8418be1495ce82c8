"""Options of the commands on datasets, and how cards and examples look in a terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from vademecum.errors import InputError

if TYPE_CHECKING:
    from vademecum.values import DatasetCard, DatasetTask, Example, QuestionExample

NameOption = Annotated[str, typer.Option("--name", help="What the dataset is called.")]
LicenceOption = Annotated[str, typer.Option("--licence", help="Under which the data may be used.")]
AboutOption = Annotated[str, typer.Option("--about", help="What a reader of the card has to know.")]
DevOption = Annotated[float, typer.Option("--dev", help="Share of groups held out to choose by.")]
TestOption = Annotated[float, typer.Option("--test", help="Share of groups held out to measure on.")]

_MOST_CHARS = 700


def check_task(name: str | None) -> DatasetTask | None:
    """Return the task a person names.

    Raises:
        InputError: There is no such task.
    """
    from vademecum.values.dataset import DATASET_TASKS

    if name is None:
        return None
    found = next((task for task in DATASET_TASKS if task == name), None)
    if found is None:
        raise InputError(f"There is no task '{name}'. Allowed is one of {', '.join(DATASET_TASKS)}.")
    return found


def print_card(card: DatasetCard, *, as_json: bool) -> None:
    """Print a card as a datasheet, or as JSON."""
    from vademecum.cli.output import print_json

    if as_json:
        print_json({"id": card.id, **card.to_dict()})
        return
    typer.secho(card.id, bold="NO_COLOR" not in os.environ)
    lines = {
        "task": card.task,
        "rows": _counted(card.counts),
        "origin": _counted(card.origins),
        "left out": "; ".join(f"{count} {reason}" for reason, count in card.left_out.items()) or "nothing",
        "licence": card.licence or "not named; add it with --licence before you share what learns from it",
        "sources": "\n               ".join(card.sources),
        "about": card.about,
        "parent": card.parent,
        "made": f"{card.made_at[:16].replace('T', ' ')} by {card.made_by}",
    }
    for label, text in lines.items():
        if text:
            typer.echo(f"  {label:<12} {text}")


def print_example(example: Example) -> None:
    """Print an example with its answer marked in its passage."""
    from vademecum.values import ClaimExample, PairExample, QuestionExample

    typer.secho(f"{example.id}  ({example.group}, {example.origin})", dim="NO_COLOR" not in os.environ)
    if isinstance(example, QuestionExample):
        said = " | ".join(dict.fromkeys(span.text for span in example.answers))
        lines = {"question": example.question, "answer": said or "the passage does not tell"}
        lines["passage"] = _marked(example)
    elif isinstance(example, ClaimExample):
        lines = {"claim": example.claim, "evidence": example.evidence, "label": example.label}
    elif isinstance(example, PairExample):
        lines = {"query": example.query, "passage": example.positive}
        lines |= {f"not {number}": text for number, text in enumerate(example.negatives[:2], 1)}
    else:
        lines = {f"{role} {turn}": said for turn, (role, said) in enumerate(example.messages, 1)}
    for label, text in lines.items():
        flat = " ".join(text.split())
        typer.echo(f"  {label:<12} {flat[:_MOST_CHARS]}{'...' if len(flat) > _MOST_CHARS else ''}")


def _marked(example: QuestionExample) -> str:
    """Return the passage around the first answer, with the answer in double brackets."""
    if not example.answers:
        return example.context
    span = example.answers[0]
    first = max(0, span.start - _MOST_CHARS // 2)
    before, after = example.context[first : span.start], example.context[span.end :]
    return f"{'...' if first else ''}{before}[[{span.text}]]{after}"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
