"""Instructions out of a dataset of questions, in a workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

import vademecum
from vademecum import improve
from vademecum.errors import InputError
from vademecum.generate.prompts import DECLINED, answer_prompt
from vademecum.train.datasets import Datasets
from vademecum.values import Example, InstructionExample, QuestionExample, Span, Split


def _rows(part: str, count: int) -> list[Example]:
    return [
        QuestionExample(
            id=f"{part}{at}",
            group=f"{part}-article",
            question="How long?",
            context=f"Offer {at}. It takes {at} days. Then it ends.",
            answers=(Span(text=f"{at} days", start=len(f"Offer {at}. It takes ")),),
        )
        for at in range(count)
    ]


def test_parts_stay_apart_and_the_parent_is_named(tmp_path: Path) -> None:
    parts: dict[Split, list[Example]] = {"train": _rows("train", 20), "dev": _rows("dev", 10)}
    with vademecum.open(tmp_path) as workspace:
        store = Datasets.of(workspace.folder)
        parent = store.add("qa", parts, task="questions", licence="CC0-1.0")
        card = improve.make_instructions(workspace, "qa", name="grounded", count=15, declined_share=0.2)
        assert (card.task, card.parent, card.licence) == ("instructions", parent.id, "CC0-1.0")
        assert dict(card.counts) == {"train": 10, "dev": 5, "test": 0}
        for part in parts:
            rows = [row for row in store.rows(card, part) if isinstance(row, InstructionExample)]
            assert {row.group for row in rows} == {f"{part}-article"}
            told = [row for row in rows if row.messages[-1][1] != DECLINED]
            assert len(told) == len(rows) * 4 // 5
            at = told[0].id.removeprefix(part)
            context = f"Offer {at}. It takes {at} days. Then it ends."
            assert tuple(text for _, text in told[0].messages) == (
                *answer_prompt("How long?", [context]),
                f"It takes {at} days.",
            )
        with pytest.raises(
            InputError, match=r"grounded@\w+ holds instructions; .*made from questions.*vade data"
        ):
            improve.make_instructions(workspace, "grounded", name="again")
