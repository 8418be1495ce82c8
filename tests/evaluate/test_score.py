"""The boundary of scoring: what is refused and in which words, files that are read, metrics listed."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from vademecum.errors import InputError, SourceError
from vademecum.evaluate import score
from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair
from vademecum.evaluate.score import read_pairs, score_texts
from vademecum.evaluate.scores import measured_score
from vademecum.registry import BUILT_IN, load_part

LEAST_METRICS = 29
PAIR = Pair(prediction="a cat", references=("a cat",), source="a cat sat")


def test_every_metric_is_what_the_registry_says() -> None:
    names = BUILT_IN["metric"]
    assert len(names) >= LEAST_METRICS and list(names) == sorted(names)
    for name in names:
        metric = load_part("metric", name)
        assert isinstance(metric, Metric) and metric.name == name and metric.about.endswith(".")


@pytest.mark.parametrize(
    ("names", "pairs", "message"),
    [
        ("rouge-k", [PAIR], "no metric 'rouge-k': did you mean 'rouge-"),
        ([], [PAIR], "No metric was named"),
        ("f1", [], "no texts to score"),
        ("f1", [Pair(prediction=" ", references=("a",))] * 2, "All 2 texts to score are empty"),
        (
            ["f1", "ttr", "bleu"],
            [PAIR, Pair(prediction="a")],
            "1 of 2 texts have no references, the first is number 2; needed by f1, bleu",
        ),
        ("coverage", [Pair(prediction="a")], "1 of 1 texts have no source.*needed by coverage"),
    ],
)
def test_refusals(names: list[str], pairs: list[Pair], message: str, no_tools: MetricTools) -> None:
    with pytest.raises(InputError, match=message):
        score_texts(names, pairs, no_tools)


def test_empty_texts_count_and_are_said(no_tools: MetricTools) -> None:
    found = score_texts("f1", [PAIR, Pair(prediction="", references=("a cat",))], no_tools)["f1"]
    assert found == Measured(value=0.5, items=(1.0, 0.0), note="1 of 2 texts are empty.")
    nothing = score_texts("rouge-l", [Pair(prediction="a", references=("",))] * 2, no_tools)["rouge-l"]
    score = measured_score(load_part("metric", "rouge-l"), nothing)
    assert (score.value, score.count, score.failed) == (None, 0, 2)


def test_the_order_asked_for_stays(no_tools: MetricTools) -> None:
    assert list(score_texts(["ttr", "f1", "ttr"], [PAIR], no_tools)) == ["ttr", "f1"]


def test_figures_that_are_no_numbers_are_not_scored(
    no_tools: MetricTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = Metric(
        name="odd",
        about="Gives what is no number.",
        better="neither",
        references=False,
        measure=lambda pairs, tools: Measured(value=math.nan, items=(math.nan, 1.0, math.inf)),
    )
    monkeypatch.setattr(score, "load_part", lambda kind, name: odd)
    found = score_texts("odd", [PAIR] * 3, no_tools)["odd"]
    assert found == Measured(value=None, items=(None, 1.0, None))
    assert found.failed == 2
    assert Measured.mean_of((math.nan, 1.0, 3.0)) == Measured(value=2.0, items=(None, 1.0, 3.0))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return put


def test_text_files(write: Callable[[str, str], Path]) -> None:
    pairs = read_pairs(
        write("out.txt", "\ufeffone\n\nthree\x0cthree\n"),
        references=[write("a.txt", "1\n2\n3\n"), write("b.txt", "i\r\nii\r\niii")],
        source=write("src.txt", "s\nt\nu\n"),
    )
    assert pairs == [
        Pair(prediction="one", references=("1", "i"), source="s"),
        Pair(prediction="", references=("2", "ii"), source="t"),
        Pair(prediction="three\x0cthree", references=("3", "iii"), source="u"),
    ]


def test_predictions_alone(write: Callable[[str, str], Path]) -> None:
    assert read_pairs(write("out.txt", "one\n")) == [Pair(prediction="one")]


def test_files_that_differ_in_lines(write: Callable[[str, str], Path]) -> None:
    with pytest.raises(InputError, match=r"ref\.txt has 1 lines but out\.txt has 2\. Line n"):
        read_pairs(write("out.txt", "a\nb\n"), references=[write("ref.txt", "a\n")])


def test_files_that_cannot_be_read(write: Callable[[str, str], Path], tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.txt cannot be read: No such file"):
        read_pairs(tmp_path / "none.txt")
    (tmp_path / "latin.txt").write_bytes("Grüße".encode("latin-1"))
    with pytest.raises(SourceError, match=r"latin\.txt is not UTF-8: byte 2"):
        read_pairs(tmp_path / "latin.txt")


def test_jsonl(write: Callable[[str, str], Path]) -> None:
    records = [
        {"prediction": "a", "references": ["b", "c"], "source": "d", "id": 7},
        {"prediction": "a\u2028b", "references": "b"},
        {"prediction": ""},
    ]
    path = write("out.jsonl", "\n".join(json.dumps(one, ensure_ascii=False) for one in records))
    assert read_pairs(path) == [
        Pair(prediction="a", references=("b", "c"), source="d"),
        Pair(prediction="a\u2028b", references=("b",)),
        Pair(prediction=""),
    ]
    with pytest.raises(InputError, match=r"out\.jsonl is \.jsonl and holds references"):
        read_pairs(path, references=[path])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is not JSON"),
        ("[1]", "is not an object"),
        ('{"references": ["a"]}', "has no text in 'prediction'"),
        ('{"prediction": "a", "references": [1]}', "has something else than texts in 'references'"),
        ('{"prediction": "a", "references": {"b": 1}}', "has something else than texts in 'references'"),
        ('{"prediction": "a", "source": 1}', "has something else than a text in 'source'"),
    ],
)
def test_jsonl_that_is_wrong(line: str, message: str, write: Callable[[str, str], Path]) -> None:
    path = write("out.jsonl", f'{{"prediction": "a"}}\n{line}\n')
    with pytest.raises(InputError, match=rf"out\.jsonl, line 2 {message}"):
        read_pairs(path)
