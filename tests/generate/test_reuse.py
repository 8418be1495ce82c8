"""A second question over the same sources has the engine read at most half of what the first one had."""

from __future__ import annotations

from pathlib import Path

import pytest

import vademecum
from vademecum.models.catalog import find_model
from vademecum.models.pull import is_pulled
from vademecum.values import Answer

TEXTS = {
    "bell": "The bell of the old school was cast by Ada Berg in 1911 and hangs in the north tower. It rings"
    " at noon on every day but Sunday, when the caretaker rests. Until 1954 it was rung by hand, then an"
    " electric motor was built in, which the town council paid for after a long dispute.",
    "school": "The old school stands on the market square of the town. Ada Berg, who cast its bell, was a"
    " pupil there for six years. The caretaker of the school looks after the tower, the garden and the motor"
    " of the bell, and on Sunday the whole building is closed to visitors.",
    "council": "The town council met in the old school until 1962. In a long dispute of 1954 it decided to"
    " pay for the motor of the bell, by nine votes to eight. The tower was restored by the council in 1970,"
    " and the garden behind the school was opened to everybody in the same year.",
}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Who cast the bell of the old school?", "When did the town council pay for the motor of the bell?"),
        ("On which day is the old school closed?", "When was the tower of the school restored?"),
    ],
)
def test_a_second_question_over_the_same_sources(tmp_path: Path, first: str, second: str) -> None:
    if not is_pulled(find_model("smollm2-135m")):
        pytest.skip("the chat model is not in the weights cache: vade models pull smollm2-135m")
    (tmp_path / "documents").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / "documents" / f"{name}.md").write_text(f"# The {name}\n{text}\n", "utf-8")
    settings = {"answer.writer": "chat", "answer.min_confidence": 0.0, "answer.max_tokens": 16}
    with vademecum.open(tmp_path / "ws", config=settings) as workspace:
        workspace.ingest(tmp_path / "documents")
        ranks = [[hit.document for hit in workspace.search(asked)] for asked in (first, second)]
        assert ranks[0] != ranks[1], "the same passages in another order"
        read = [computed(workspace.ask(asked)) for asked in (first, second)]
    assert read[0] > 200
    assert read[1] <= read[0] / 2


def computed(answer: Answer) -> int:
    """Return how many tokens of its prompt the engine really read."""
    (chat,) = [step.detail for step in answer.trace.steps if step.name == "chat"]
    return int(chat["input_tokens"]) - int(chat["cached_tokens"])
