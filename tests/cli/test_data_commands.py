"""`vade data` as a person uses it: add, list, show, make, and what goes wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vademecum.cli.app import app
from vademecum.errors import InputError

runner = CliRunner()


def run(workspace: Path, *arguments: object, code: int = 0):
    words = [str(argument) for argument in ("data", *arguments, "--workspace", workspace)]
    result = runner.invoke(app, words, env={"NO_COLOR": "1"})
    assert result.exit_code == code, (result.output, result.exception)
    return result


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "notes"
    assert runner.invoke(app, ["init", str(folder)]).exit_code == 0
    return folder


@pytest.fixture(scope="module")
def squad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = []
    for row in range(12):
        context = (
            f"In garden {row} the fee is {row + 2} pounds a year. Tools are lent on every day but Sunday."
        )
        answer = {"text": f"{row + 2} pounds", "answer_start": context.index(f"{row + 2} pounds")}
        asked = [
            {"id": f"a{row}", "question": f"What is the fee in garden {row}?", "answers": [answer]},
            {"id": f"b{row}", "question": "Who founded it?", "answers": [], "is_impossible": True},
        ]
        paragraph = {"context": context, "qas": asked}
        articles.append({"title": f"Garden_{row}", "paragraphs": [paragraph]})
    path = tmp_path_factory.mktemp("squad") / "squad.json"
    path.write_text(json.dumps({"version": "v2.0", "data": articles}))
    return path


def test_add_list_show(notes: Path, squad: Path) -> None:
    words = ("--name", "qa", "--licence", "CC BY-SA 4.0", "--about", "Gardens.", "--source", "example.com")
    added = run(notes, "add", squad, *words).stdout
    assert "questions" in added and "24 real" in added and "left out     nothing" in added
    (row,) = json.loads(run(notes, "list", "--json").stdout)["datasets"]
    assert row["id"].startswith("qa@") and row["licence"] == "CC BY-SA 4.0"
    assert row["id"] in run(notes, "list").stdout
    shown = run(notes, "show", "qa", "--examples", 2).stdout
    assert "sources      example.com" in shown and "Gardens." in shown and "12 groups" in shown
    assert "[[" in shown or "the passage does not tell" in shown
    sheet = json.loads(run(notes, "show", "qa", "--json", "-n", 4, "--split", "test").stdout)
    assert sheet["figures"]["train"]["rows"] == sheet["counts"]["train"]
    for example in sheet["examples"]:
        for span in example["answers"]:
            end = span["start"] + len(span["text"])
            assert example["context"][span["start"] : end] == span["text"]


def test_the_same_file_is_the_same_version(notes: Path, squad: Path) -> None:
    first = json.loads(run(notes, "add", squad, "--name", "twice", "--json").stdout)
    again = json.loads(run(notes, "add", squad, "--name", "twice", "--json").stdout)
    other = json.loads(run(notes, "add", squad, "--name", "twice", "--seed", "1", "--json").stdout)
    assert first["id"] == again["id"] != other["id"]


def test_pairs_show_query_and_passage(notes: Path, squad: Path) -> None:
    run(notes, "add", squad, "--name", "pairs", "--task", "pairs")
    shown = run(notes, "show", "pairs").stdout
    assert "query" in shown and "passage" in shown and "12 no passage answers" in shown


def test_make_from_documents(notes: Path) -> None:
    documents = Path(__file__).resolve().parents[2] / "examples" / "documents"
    assert runner.invoke(app, ["ingest", str(documents / "handbook.pdf"), "-w", str(notes)]).exit_code == 0
    words = ("make", "--from-documents", "--questions", 12, "--name", "own", "--json")
    card = json.loads(run(notes, *words).stdout)
    assert card["origins"] == {"made": sum(card["counts"].values())} and card["counts"]["train"] > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "qaa"), "There is no dataset 'qaa'. Did you mean 'qa'"),
        (("show", "qa", "--split", "dve"), "There is no part 'dve'"),
        (("add", "none.json", "--name", "x"), "none.json cannot be read"),
        (("add", "SQUAD", "--name", "x y"), "'x y' cannot name a dataset"),
        (("add", "SQUAD", "--name", "x", "--task", "pears"), "There is no task 'pears'"),
        (("add", "SQUAD", "--name", "x", "--test", "1"), "shares of dev 0.1 and test 1.0"),
        (("make", "--name", "x", "--task", "claims"), "from documents come questions or pairs"),
    ],
)
def test_what_goes_wrong_is_said(notes: Path, squad: Path, arguments: tuple[str, ...], message: str) -> None:
    run(notes, "add", squad, "--name", "qa")
    words = [str(squad) if word == "SQUAD" else word for word in arguments]
    failed = run(notes, *words, code=1)
    assert isinstance(failed.exception, InputError) and message in str(failed.exception)
    assert "x@" not in run(notes, "list").stdout


def test_an_empty_workspace_says_how_to_begin(tmp_path: Path) -> None:
    assert runner.invoke(app, ["init", str(tmp_path / "new")]).exit_code == 0
    assert json.loads(run(tmp_path / "new", "list", "--json").stdout) == {"datasets": []}
    assert "vade data add FILE --name NAME" in run(tmp_path / "new", "list").stderr


@pytest.mark.parametrize("command", ["add", "list", "show", "make"])
def test_help_ends_in_an_example(command: str) -> None:
    shown = runner.invoke(app, ["data", command, "--help"]).stdout
    assert f"Example: vade data {command}" in " ".join(shown.split())
