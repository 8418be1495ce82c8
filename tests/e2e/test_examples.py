"""Every question about the example documents gets its answer from the right file, or none."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

import vademecum
from vademecum.workspace import Workspace

EXAMPLES = Path(__file__).parents[2] / "examples"
QUESTIONS = tomllib.loads((EXAMPLES / "questions.toml").read_text("utf-8"))["question"]


def plain(text: str) -> str:
    return " ".join(text.casefold().split())


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with vademecum.open(tmp_path_factory.mktemp("examples")) as workspace:
        workspace.ingest(EXAMPLES / "documents")
        yield workspace


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["ask"] for question in QUESTIONS])
def test_example(workspace: Workspace, question: dict[str, object]) -> None:
    answer = workspace.ask(str(question["ask"]))
    answers = question["answers"]
    assert isinstance(answers, list)
    assert answer.answered == bool(answers), answer.text
    if answers:
        assert any(plain(text) in plain(answer.text) for text in answers), answer.text
        best = answer.citations[0]
        assert any(plain(text) in plain(best.quote) for text in answers)
        files = [question["document"], *question.get("same", [])]  # type: ignore[misc]
        assert any(best.document.endswith(str(file)) for file in files)
        for place in ("page", "slide", "sheet", "part"):
            assert getattr(best.location, place) == question.get(place, getattr(best.location, place))
