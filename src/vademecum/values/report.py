"""A measured comparison: scores with intervals, per-question records, and what made them.

Use: `Report.from_dict(json.loads(path.read_text()))`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from vademecum.errors import InputError

REPORT_FORMAT = 1

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One metric over a set of items.

    Attributes:
        metric: Its name.
        value: The figure; None when nothing could be scored.
        low: Lower end of the 95% interval; None where there is none.
        high: Upper end.
        count: Items that are in the figure.
        failed: Items that could not be scored; they are not in the figure.
        better: Whether higher or lower is better.
        note: What a reader has to know.
    """

    metric: str
    value: float | None
    low: float | None = None
    high: float | None = None
    count: int = 0
    failed: int = 0
    better: Better = "higher"
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the score ready for JSON."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What came of one item.

    Attributes:
        id: Id of the item in its data.
        text: The question.
        scores: Figure by metric; None where it could not be scored.
        detail: What was found or said, for a reader; `slices` holds the groups it belongs to.
    """

    id: str
    text: str
    scores: Mapping[str, float | None]
    detail: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the record ready for JSON."""
        return {"id": self.id, "text": self.text, "scores": dict(self.scores), "detail": dict(self.detail)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A run of an evaluation.

    Attributes:
        kind: "retrieval", "answers", "score" or "tune".
        name: What was measured, such as the name of the data.
        scores: Metrics over all items.
        slices: Metrics by group of items.
        records: The items, in the order of the data.
        curves: Points to plot, by name: pairs of x and y.
        tables: Rows to show as they are, by title.
        notes: What a reader has to know.
        manifest: What made it: data, weights, configuration, versions, seed, machine, time.
    """

    kind: str
    name: str
    scores: tuple[Score, ...]
    slices: Mapping[str, tuple[Score, ...]] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    curves: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)
    tables: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def score(self, metric: str) -> Score:
        """Return a metric over all items.

        Raises:
            InputError: The report does not have it.
        """
        for score in self.scores:
            if score.metric == metric:
                return score
        known = ", ".join(score.metric for score in self.scores)
        raise InputError(f"The report '{self.name}' has no metric '{metric}'. It has {known}.")

    def to_dict(self) -> dict[str, Any]:
        """Return the report ready for JSON; `from_dict` gives an equal one back."""
        return {
            "format": REPORT_FORMAT,
            "kind": self.kind,
            "name": self.name,
            "scores": [score.to_dict() for score in self.scores],
            "slices": {name: [score.to_dict() for score in group] for name, group in self.slices.items()},
            "records": [record.to_dict() for record in self.records],
            "curves": {name: [list(point) for point in points] for name, points in self.curves.items()},
            "tables": {name: [dict(row) for row in rows] for name, rows in self.tables.items()},
            "notes": list(self.notes),
            "manifest": dict(self.manifest),
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a report from `to_dict` output.

        Raises:
            InputError: It is not a report, or one of another version.
        """
        version = fields.get("format")
        if version != REPORT_FORMAT:
            raise InputError(
                f"a report of format {version!r}; this version reads format {REPORT_FORMAT}. "
                "Run the evaluation again."
            )
        try:
            return cls(
                kind=fields["kind"],
                name=fields["name"],
                scores=tuple(Score(**score) for score in fields["scores"]),
                slices={
                    name: tuple(Score(**score) for score in group) for name, group in fields["slices"].items()
                },
                records=tuple(Record(**record) for record in fields["records"]),
                curves={
                    name: tuple((float(x), float(y)) for x, y in points)
                    for name, points in fields["curves"].items()
                },
                tables={name: tuple(rows) for name, rows in fields["tables"].items()},
                notes=tuple(fields["notes"]),
                manifest=fields["manifest"],
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise InputError(f"not a report: {error!r} is missing or wrong.") from error
