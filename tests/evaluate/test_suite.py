"""Suites: the shipped ones parse, mistakes are named together, thresholds are held."""

from pathlib import Path

import pytest

from vademecum.errors import InputError
from vademecum.evaluate.data import read_judged, read_questions
from vademecum.evaluate.suite import judge, read_suite, shipped_suites
from vademecum.values import Report, Score


def test_shipped_suites_and_their_data_are_readable() -> None:
    assert list(shipped_suites()) == ["answers-small", "ci", "retrieval-small"]
    for name in shipped_suites():
        suite = read_suite(name)
        assert suite.name == name
        for run in suite.runs:
            assert run.data is not None and run.thresholds
            found = read_questions(run.data)
            assert len(found.questions) == 73
            for question in found.questions:
                text = found.passages[question.evidence[0].document] if question.answerable else ""
                assert all(answer in text for answer in question.answers)
    assert len(read_judged(read_suite("ci").runs[0].data).queries) == 57


def test_all_mistakes_are_named_together(tmp_path: Path) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(
        'nam = "x"\n[[run]]\ntask = "answer"\ndata = "none.json"\nlimits = 3\n[run.thresholds]\nright = 0.5\n'
    )
    with pytest.raises(InputError) as caught:
        read_suite(path)
    for part in (
        "unknown key 'nam', did you mean 'name'?",
        "unknown key 'limits', did you mean 'limit'?",
        "task = 'answer', allowed is retrieval or answers",
        "none.json does not exist",
        "right needs { at_least = NUMBER }",
    ):
        assert part in str(caught.value)


def test_unknown_suites_are_named() -> None:
    with pytest.raises(InputError, match=r"no suite 'cy'\. Name a TOML file, or one of answers-small, ci"):
        read_suite("cy")


def test_thresholds(tmp_path: Path) -> None:
    path = tmp_path / "suite.toml"
    path.write_text(
        '[[run]]\ntask = "answers"\n[run.thresholds]\nright = { at_least = 0.5 }\n'
        'latency-p95-ms = { at_most = 100 }\n"slice:table:right" = { at_least = 0.9 }\n'
        "f1 = { at_least = 0.1 }\n"
    )
    report = Report(
        kind="answers",
        name="own",
        scores=(Score(metric="right", value=0.5), Score(metric="latency-p95-ms", value=120.0)),
        slices={"table": (Score(metric="right", value=0.95),)},
    )
    verdicts = judge(read_suite(path).runs[0], report)
    assert [verdict.passed for verdict in verdicts] == [True, False, True, False]
    assert str(verdicts[1]) == "own: latency-p95-ms is 120.0000, asked is at most 100"
    assert str(verdicts[3]) == "own: f1 was not measured, asked is at least 0.1"
