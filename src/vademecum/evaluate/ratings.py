"""People as judges: ratings of answers, blind comparisons of two, and how far raters agree.

Use: `with_ratings(report, read_ratings(path))`.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import interval_distance
from sklearn.metrics import cohen_kappa_score

from vademecum.errors import InputError, LimitError
from vademecum.evaluate.scores import mean_score
from vademecum.values import Record, Report, Score

LOWEST, HIGHEST = 1, 5
BEFORE, TIE, AFTER = -1, 0, 1
"""Which of two answers is better: the first report's, neither, the second's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What one person said of one answer, or of two.

    Attributes:
        id: Id of the question.
        rater: Who.
        value: 1 (useless or wrong) to 5 (right and complete); for two answers -1, 0 or 1.
        against: Name of the second report; empty when one answer was rated.
    """

    id: str
    rater: str
    value: int
    against: str = ""


def ratings_path(report: Path) -> Path:
    """Return where the ratings of a report lie."""
    return report.with_suffix(".ratings.jsonl")


def read_ratings(path: Path) -> list[Rating]:
    """Read ratings; the last word of a rater on a question holds.

    Raises:
        InputError: A line is not a rating.
    """
    if not path.exists():
        return []
    found: dict[tuple[str, str, str], Rating] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            rating = Rating(**json.loads(line))
        except (ValueError, TypeError) as error:
            raise InputError(f"{path}, line {number} is not a rating: {error}.") from error
        found[rating.id, rating.rater, rating.against] = rating
    return list(found.values())


def add_rating(path: Path, rating: Rating) -> None:
    """Append a rating; what was rated before stays.

    Raises:
        LimitError: It cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(asdict(rating), ensure_ascii=False) + "\n")
    except OSError as error:
        raise LimitError(f"{path} cannot be written: {error}. Free some space and rate on.") from error


def unrated(report: Report, ratings: Sequence[Rating], *, rater: str, against: str = "") -> list[Record]:
    """Return the answered questions this person has not rated, in an order of their own."""
    done = {rating.id for rating in ratings if rating.rater == rater and rating.against == against}
    left = [record for record in report.records if "answer" in record.detail and record.id not in done]
    random.Random(f"{rater} {against}").shuffle(left)
    return left


def swapped(record: Record, *, rater: str) -> bool:
    """Say whether the second answer is shown first, so that order favours neither report."""
    return random.Random(f"{rater} {record.id}").random() < 0.5


def with_ratings(report: Report, ratings: Sequence[Rating]) -> Report:
    """Return the report with the means of its ratings and the agreement of the raters."""
    scores = [score for score in report.scores if not score.metric.startswith("rated")]
    rows: list[dict[str, Any]] = []
    for against in dict.fromkeys(rating.against for rating in ratings):
        group = [rating for rating in ratings if rating.against == against]
        name = f"rated-against {against}" if against else "rated"
        by_item: dict[str, list[int]] = {}
        for rating in group:
            by_item.setdefault(rating.id, []).append(rating.value)
        means = [sum(values) / len(values) for values in by_item.values()]
        scores += [mean_score(name, means, better="lower" if against else "higher"), *_agreement(name, group)]
        for rater in sorted({rating.rater for rating in group}):
            own = [rating.value for rating in group if rating.rater == rater]
            rows.append(
                {"ratings": name, "rater": rater, "count": len(own), "mean": round(sum(own) / len(own), 3)}
            )
    return replace(report, scores=tuple(scores), tables={**report.tables, "Ratings": tuple(rows)})


def _agreement(name: str, ratings: Sequence[Rating]) -> list[Score]:
    """Return Cohen's kappa (mean over pairs of raters, quadratic weights) and Krippendorff's alpha.

    Source: Cohen 1968; Krippendorff 2004, interval distance.
    """
    values = {(rating.rater, rating.id): rating.value for rating in ratings}
    raters = sorted({rating.rater for rating in ratings})
    kappas, shared_items = [], set()
    for first, second in combinations(raters, 2):
        shared = sorted(
            {one for who, one in values if who == first} & {one for who, one in values if who == second}
        )
        shared_items |= set(shared)
        if len(shared) > 1:
            pair = [values[first, one] for one in shared], [values[second, one] for one in shared]
            kappas.append(1.0 if pair[0] == pair[1] else float(cohen_kappa_score(*pair, weights="quadratic")))
    if not kappas:
        return []
    rows = [(rater, one, value) for (rater, one), value in values.items() if one in shared_items]
    same = len({value for _, _, value in rows}) == 1
    alpha = 1.0 if same else float(AnnotationTask(rows, distance=interval_distance).alpha())
    return [
        Score(metric=f"{name} kappa", value=sum(kappas) / len(kappas), count=len(shared_items)),
        Score(metric=f"{name} alpha", value=alpha, count=len(shared_items)),
    ]
