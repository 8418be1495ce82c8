"""`vade eval` as a person uses it: scores, comparison, gate, rating."""

import json
import os
import pty
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from vademecum.cli.app import app
from vademecum.evaluate.data import read_questions, save_questions
from vademecum.evaluate.files import load_report, save_report
from vademecum.values import Evidence, Question, Record, Report, Score

runner = CliRunner()


def run(*arguments: object, code: int = 0, typed: str = ""):
    result = runner.invoke(app, [str(argument) for argument in arguments], input=typed)
    assert result.exit_code == code, (result.output, result.exception)
    return result


@pytest.fixture
def report(tmp_path: Path) -> Path:
    records = tuple(
        Record(
            id=str(row),
            text=f"Question {row}?",
            scores={"right": float(row % 4 > 0)},
            detail={"answer": f"Answer {row}.", "quotes": [f"Quote {row}"], "ms": 1.0},
        )
        for row in range(12)
    )
    made = Report(kind="answers", name="own", scores=(Score(metric="right", value=0.75),), records=records)
    return save_report(made, tmp_path, name="a")


def test_score_by_any_metric(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("the cat sat\na dog\n")
    (tmp_path / "r.txt").write_text("the cat sat\nthe bird\n")
    texts = ("--predictions", tmp_path / "p.txt", "--references", tmp_path / "r.txt")
    found = json.loads(
        run("eval", "score", "--metric", "rouge-l", "--metric", "exact-match", *texts, "--json").stdout
    )
    assert found["items"] == {"rouge-l": [1.0, 0.0], "exact-match": [1.0, 0.0]}
    assert [score["value"] for score in found["scores"]] == [0.5, 0.5]
    assert "rouge-l" in run("eval", "score", "--list").stdout
    (tmp_path / "r.txt").write_text("one\n")
    result = runner.invoke(app, [str(one) for one in ("eval", "score", "-m", "f1", *texts)])
    assert "r.txt has 1 lines but p.txt has 2" in str(result.exception)


def test_compare(report: Path, tmp_path: Path) -> None:
    before = load_report(report)
    worse = tuple(replace(record, scores={"right": 0.0}) for record in before.records)
    save_report(replace(before, records=worse), tmp_path, name="b")
    shown = run("eval", "compare", report, tmp_path / "b.report").stdout
    assert "0.7500 ->   0.0000" in shown and "McNemar" not in shown.splitlines()[1]
    assert "worse: right 1.000 -> 0.000  Question 1? (1)" in shown
    found = json.loads(run("eval", "compare", report, tmp_path / "b.report", "--json").stdout)
    assert found["metrics"][0]["verdict"] == "worse" and found["metrics"][0]["p_value"] < 0.01
    assert found["metrics"][0]["p_value"] < found["metrics"][0]["anytime"] < 0.2
    peeked = run("eval", "compare", report, tmp_path / "b.report", "--peeked").stdout
    assert f"however often one looked: p {found['metrics'][0]['anytime']:.4f}" in peeked


def test_a_report_that_is_not_there_names_those_that_are(report: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    run("init", notes)
    for name in ("answers-one", "answers-two"):
        save_report(load_report(report), notes / "reports", name=name)
    assert "1 of 12" in run("eval", "rate", "answers-one", "-w", notes, typed="q\n").stdout
    failed = run("eval", "compare", "answers-one", "anwers-two", "-w", notes, code=1).exception
    assert f"There is no report 'anwers-two': {notes} has answers-two, answers-one." in str(failed)


def test_plan(report: Path, tmp_path: Path) -> None:
    before = load_report(report)
    other = tuple(replace(one, scores={"right": 1.0 - (one.scores["right"] or 0)}) for one in before.records)
    save_report(replace(before, records=other, manifest={"config": {"k": 1}}), tmp_path, name="b")
    (row,) = json.loads(run("eval", "plan", report, tmp_path / "b.report", "--json").stdout)["metrics"]
    # Differences are +1 three times and -1 nine times: deviation .9045, (1.96 + .8416) * .9045 / .02 squared.
    assert row["needed"] == 16_055 and row["noise"] is None
    (row,) = json.loads(run("eval", "plan", report, report, "--json").stdout)["metrics"]
    assert row["noise"] == 0.0


def test_rating_is_kept_and_can_be_stopped(report: Path) -> None:
    shown = run("eval", "rate", report, "--rater", "ana", typed="5\n7\n4\nq\n").stdout
    assert "1 of 12" in shown and "Quote" in shown
    assert "rated" in shown
    assert load_report(report).score("rated").value == 4.5
    again = run("eval", "rate", report, "--rater", "ana", "--limit", "1", typed="3\n").stdout
    assert "1 of 1" in again
    assert load_report(report).score("rated").count == 3
    run("eval", "rate", report, "--rater", "ben", typed="5\n4\n3\n" * 4)
    assert load_report(report).score("rated alpha").count == 3


def test_blind_comparison(report: Path, tmp_path: Path) -> None:
    other = tmp_path / "b.report"
    shutil.copy(report, other)
    run("eval", "rate", report, "--against", other, "--rater", "ana", typed="a\nb\nt\n" * 4)
    found = load_report(report)
    (score,) = [one for one in found.scores if one.metric.startswith("rated-against")]
    assert score.count == 12 and -1 <= score.value <= 1


def test_review_in_a_terminal(tmp_path: Path) -> None:
    run("init", tmp_path / "notes")
    evidence = (Evidence(document="a.txt", quote="The fee is 4 pounds."),)
    made = [
        Question(text=f"What is fee {row}?", answers=("4 pounds",), evidence=evidence) for row in range(5)
    ]
    path = tmp_path / "notes" / "questions.jsonl"
    save_questions(made, path)
    keyboard, terminal = pty.openpty()
    os.write(keyboard, b"a\nd\nx\ne\nHow high is the fee?\nw\n\nq\n")
    shown = subprocess.run(
        [sys.executable, "-m", "vademecum", "eval", "make", "--review", "-w", str(tmp_path / "notes")],
        stdin=terminal,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert shown.returncode == 0, shown.stderr
    assert 'a.txt: "The fee is 4 pounds."' in shown.stdout
    read = read_questions(path).questions
    assert [one.status for one in read] == ["accepted", "dropped", "edited", "edited", "made"]
    assert read[2].text == "How high is the fee?" and read[2].id == made[2].id
    assert read[3].answers == ()
    assert "4 factual" in shown.stdout
