"""People as judges: ratings are kept, order is blind, agreement equals worked examples."""

from pathlib import Path

import pytest

from vademecum.errors import InputError, LimitError
from vademecum.evaluate.ratings import Rating, add_rating, read_ratings, swapped, unrated, with_ratings
from vademecum.values import Record, Report

# Two coders, twelve units, interval data; alpha and weighted kappa by their definitions.
FIRST = [1, 2, 3, 3, 2, 1, 4, 1, 2, 5, 5, 3]
SECOND = [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 4, 3]


def report(count: int = 12) -> Report:
    records = tuple(
        Record(id=str(row), text="?", scores={"right": 1.0}, detail={"answer": "a"}) for row in range(count)
    )
    return Report(kind="answers", name="own", scores=(), records=records)


def test_agreement() -> None:
    ratings = [
        Rating(id=str(row), rater=rater, value=value)
        for rater, values in (("ana", FIRST), ("ben", SECOND))
        for row, value in enumerate(values)
    ]
    rated = with_ratings(report(), ratings)
    values = [*FIRST, *SECOND]
    observed = sum((a - b) ** 2 for a, b in zip(FIRST, SECOND, strict=True)) * 2
    expected = sum((a - b) ** 2 for a in values for b in values)
    mean_apart = sum((a - b) ** 2 for a, b in zip(FIRST, SECOND, strict=True)) / 12
    chance = sum((a - b) ** 2 for a in FIRST for b in SECOND) / 144
    alpha = 1 - (len(values) - 1) * observed / expected
    assert rated.score("rated alpha").value == pytest.approx(alpha, abs=1e-6)
    assert rated.score("rated kappa").value == pytest.approx(1 - mean_apart / chance, abs=1e-6)
    assert rated.score("rated").value == pytest.approx(sum(values) / len(values))
    assert rated.tables["Ratings"] == (
        {"ratings": "rated", "rater": "ana", "count": 12, "mean": 2.667},
        {"ratings": "rated", "rater": "ben", "count": 12, "mean": 2.667},
    )
    assert with_ratings(rated, ratings).scores == rated.scores


def test_ratings_are_kept_and_the_last_word_holds(tmp_path: Path) -> None:
    path = tmp_path / "a.ratings.jsonl"
    for value in (2, 5):
        add_rating(path, Rating(id="3", rater="ana", value=value))
    ratings = read_ratings(path)
    assert ratings == [Rating(id="3", rater="ana", value=5)]
    assert {record.id for record in unrated(report(), ratings, rater="ana")} == {
        str(n) for n in range(12)
    } - {"3"}
    assert len(unrated(report(), ratings, rater="ben")) == 12
    path.write_text("{}\n")
    with pytest.raises(InputError, match="line 1 is not a rating"):
        read_ratings(path)


def test_a_full_disk_is_said(tmp_path: Path, full_disk) -> None:
    with full_disk(), pytest.raises(LimitError, match=r"a\.ratings\.jsonl cannot be written: .*rate on"):
        add_rating(tmp_path / "a.ratings.jsonl", Rating(id="3", rater="ana", value=5))


def test_order_favours_neither_answer() -> None:
    turned = [swapped(record, rater="ana") for record in report(400).records]
    assert 160 < sum(turned) < 240
