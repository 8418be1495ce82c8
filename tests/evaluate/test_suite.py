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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("run = 3", r"run = 3 is no table; write \[\[run\]\] above its keys"),
        ("run = [3]", "run 1 is no table"),
        ('[[run]]\ntask = "answers"\nlimit = "x"', "limit = 'x', needed is a whole number"),
        ('[[run]]\ntask = "answers"\nlimit = -1', "limit = -1, allowed is 0 for all, or more"),
        ('[[run]]\ntask = "answers"\ndata = 3', "data = 3, needed is a path"),
        ('[[run]]\ntask = "answers"\nmetrics = "f1"', r"metrics = 'f1', needed is a list such as"),
        ('[[run]]\ntask = "answers"\nmetrics = [1]', r"metrics = \[1\], needed are names"),
        ('[[run]]\ntask = "answers"\nconfig = 2', r"config = 2, needed is a table \[run.config\]"),
        ('[[run]]\ntask = "answers"\nthresholds = 3', "thresholds = 3, needed is a table"),
        ('[[run]]\ntask = "answers"\n[run.thresholds]\nright = { at_least = true }', "right needs"),
        (
            '[[run]]\ntask = "answers"\n[run.thresholds]\nrihgt = { at_least = 0.5 }',
            "answers does not measure 'rihgt', did you mean 'right'",
        ),
        (
            '[[run]]\ntask = "answers"\n[run.thresholds]\n"slice:table:rihgt" = { at_least = 0.5 }',
            "does not measure 'rihgt'",
        ),
        ('[[run]]\ntask = "retrieval"\nmetrics = ["f1"]', "metrics are of answers"),
        ('[[run]]\ntask = "answers"\n"', "cannot be read"),
    ],
)
def test_what_a_suite_cannot_say_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=message):
        read_suite(path)


def test_settings_may_be_tables_or_dotted(tmp_path: Path) -> None:
    path = tmp_path / "suite.toml"
    path.write_text('[[run]]\ntask = "answers"\n[run.config]\nretrieve.depth = 5\n"answer.max_tokens" = 9\n')
    assert read_suite(path).runs[0].config == {"retrieve.depth": 5, "answer.max_tokens": 9}


def test_unknown_suites_are_named() -> None:
    with pytest.raises(InputError, match=r"no suite 'cy'\. Name a TOML file, or one of answers-small, ci"):
        read_suite("cy")


def test_thresholds(tmp_path: Path) -> None:
    path = tmp_path / "suite.toml"
    path.write_text(
        '[[run]]\ntask = "answers"\nmetrics = ["rouge-l"]\n[run.thresholds]\nright = { at_least = 0.5 }\n'
        'latency-p95-ms = { at_most = 100 }\n"slice:table:right" = { at_least = 0.9 }\n'
        "rouge-l = { at_least = 0.1 }\n"
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
    assert str(verdicts[3]) == "own: rouge-l was not measured, asked is at least 0.1"
