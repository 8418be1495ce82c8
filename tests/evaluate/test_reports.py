"""Reports: round trip, page, comparison, and what is refused."""

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from vademecum.errors import InputError
from vademecum.evaluate.compare import compare_reports
from vademecum.evaluate.files import load_report, save_report
from vademecum.evaluate.page import render_page
from vademecum.evaluate.scores import mean_score, mean_scores
from vademecum.values import Record, Report, Score


def report_of(figures: list[float | None], *, name: str = "set", config: int = 1) -> Report:
    records = tuple(
        Record(
            id=str(row),
            text=f"question {row} <b>",
            scores={"ndcg@10": figure},
            detail={"ms": 3.0, "slices": ["odd" if row % 2 else "even"]},
        )
        for row, figure in enumerate(figures)
    )
    return Report(
        kind="retrieval",
        name=name,
        scores=mean_scores(records, {"ndcg@10": "higher"}),
        slices={"odd": (Score(metric="ndcg@10", value=0.5, count=2),)},
        records=records,
        curves={"risk-coverage": ((0.1, 0.0), (1.0, 0.4))},
        tables={"Tried": ({"depth": 200, "ndcg@10": 0.5},)},
        notes=("A note.",),
        manifest={"config": {"retrieve.depth": config}, "time": "2026-11-23T12:00:00+00:00"},
    )


def test_failures_are_counted_and_never_averaged() -> None:
    score = mean_score("f1", [1.0, None, float("nan"), 0.0], better="higher")
    assert (score.value, score.count, score.failed) == (0.5, 2, 2)
    nothing = mean_score("f1", [None], better="higher")
    assert (nothing.value, nothing.low, nothing.failed) == (None, None, 1)


def test_round_trip(tmp_path: Path) -> None:
    report = report_of([0.25, 0.5, None, 1.0])
    path = save_report(report, tmp_path / "reports")
    assert path.name == "retrieval-set-20261123120000.report"
    assert load_report(path).to_dict() == report.to_dict()
    assert path.with_suffix(".html").read_text("utf-8") == render_page(report)


class Page(HTMLParser):
    """Collects tags and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_page_stands_alone_and_shows_everything() -> None:
    page = Page()
    page.feed(render_page(report_of([0.25, 0.5, None, 1.0])))
    assert "script" not in page.tags
    assert [link for link in page.links if not link.startswith("#")] == []
    assert page.tags.count("svg") == 4
    assert page.tags.count("details") == 4
    for shown in ("A note.", "question 3 <b>", "0.5833", "odd", "retrieve.depth", "failed"):
        assert shown in page.text


def test_comparison_finds_what_got_worse_and_what_changed() -> None:
    before = report_of([0.9, 0.8, 0.7, 0.9, 0.8, 0.9, 0.7, 0.8], config=1)
    after = report_of([0.5, 0.4, 0.3, 0.5, 0.4, 0.5, 0.3, None], config=2)
    found = compare_reports(before, after)
    (row,) = found.metrics
    assert row.verdict == "worse"
    assert row.test.difference == pytest.approx(-0.4)
    assert row.test.count == 7
    assert len(found.worse) == 7
    assert found.changed == {"config.retrieve.depth": (1, 2)}
    same = compare_reports(before, before)
    assert same.metrics[0].verdict == "no difference shown"
    assert (same.worse, dict(same.changed), same.unshared) == ((), {}, 0)


def test_reports_that_cannot_be_compared_are_refused() -> None:
    from dataclasses import replace

    before = report_of([0.1])
    with pytest.raises(InputError, match="one of answers"):
        compare_reports(before, replace(before, kind="answers"))
    with pytest.raises(InputError, match="no question in common"):
        compare_reports(before, replace(before, records=()))


def test_reports_of_another_version_and_damaged_ones_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.report cannot be read: No such file"):
        load_report(tmp_path / "none.report")
    old = tmp_path / "old.report"
    old.write_text(json.dumps({**report_of([1.0]).to_dict(), "format": 99}))
    with pytest.raises(InputError, match=r"old\.report: a report of format 99; this version reads format 1"):
        load_report(old)
    old.write_text("{")
    with pytest.raises(InputError, match="is not a report"):
        load_report(old)
    old.write_text(json.dumps({"format": 1}))
    with pytest.raises(InputError, match="'kind'"):
        load_report(old)
