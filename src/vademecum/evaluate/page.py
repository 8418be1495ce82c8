"""A report as one HTML page that needs nothing else: no script, no network, this program neither."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from vademecum.evaluate.plots import plot_curve, plot_histogram, plot_intervals, plot_slices
from vademecum.values import Record, Report, Score

_MOST_RECORDS = 500
_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d2330; --soft: #667085; --line: #e3e6ec;
  --accent: #2f6fde; --bad: #b42318 }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171d; --ink: #e6e9ef; --soft: #98a2b3; --line: #2b313c; --accent: #7aa7ff;
    --bad: #ff8f85 }
}
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p.sub, td.soft, .soft { color: var(--soft) }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top }
th { font-weight: 600 } td.number, th.number { text-align: right; white-space: nowrap }
.scroll { overflow-x: auto } .bad { color: var(--bad) }
.plots { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(22rem, 1fr)) }
.plot { max-width: 100%; height: auto }
figure { margin: 0 } figcaption { color: var(--soft); font-size: .9rem }
details { border-bottom: 1px solid var(--line); padding: .35rem 0 } summary { cursor: pointer }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem }
@media (max-width: 30rem) { body { padding: 1rem } .plots { grid-template-columns: 1fr } }
"""


def render_page(report: Report) -> str:
    """Return a report as a page: scores with intervals, plots, slices, every question, what made it."""
    main = next(iter(report.scores), None)
    parts = [
        f"<h1>{escape(report.kind.capitalize())}: {escape(report.name)}</h1>",
        f'<p class="sub">{escape(_subtitle(report))}</p>',
        *(f"<p>{escape(note)}</p>" for note in report.notes),
        _section("Scores", _score_table(report.scores)),
        _section("Plots", f'<div class="plots">{"".join(_plots(report, main))}</div>'),
        *(_section(title, _rows_table(rows)) for title, rows in report.tables.items()),
        _section("Slices", _slice_table(report.slices)) if report.slices else "",
        _section("Questions, the worst first", _records(report.records, main)) if report.records else "",
        _section("What made this report", f"<pre>{escape(json.dumps(report.manifest, indent=1))}</pre>"),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.kind)}: {escape(report.name)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{''.join(parts)}</main></body></html>\n"
    )


def format_score(score: Score) -> str:
    """Return a figure with its interval: `0.7463 [0.6885, 0.8012]`."""
    if score.value is None:
        return "nothing could be scored"
    digits = 1 if score.metric.endswith("-ms") else 4
    text = f"{score.value:.{digits}f}"
    if score.low is None or score.high is None:
        return text
    return f"{text} [{score.low:.{digits}f}, {score.high:.{digits}f}]"


def _subtitle(report: Report) -> str:
    data = report.manifest.get("data", {})
    facts = [
        f"{data['items']} questions" if "items" in data else "",
        str(report.manifest.get("time", "")),
        f"{report.manifest['seconds']} s" if "seconds" in report.manifest else "",
    ]
    return ", ".join(fact for fact in facts if fact)


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _score_table(scores: Sequence[Score]) -> str:
    rows = [
        [
            escape(score.metric)
            + ("" if score.better != "lower" else ' <span class="soft">lower is better</span>'),
            f"{score.value:.4f}" if score.value is not None else '<span class="bad">none</span>',
            f"{score.low:.4f} to {score.high:.4f}"
            if score.low is not None and score.high is not None
            else "",
            str(score.count),
            f'<span class="bad">{score.failed}</span>' if score.failed else "0",
            escape(score.note),
        ]
        for score in scores
    ]
    return _table(["metric", "value", "95% interval", "scored", "failed", "note"], rows, numbers={1, 2, 3, 4})


def _plots(report: Report, main: Score | None) -> Iterable[str]:
    quality = [score for score in report.scores if not score.metric.endswith("-ms")]
    if quality:
        yield _figure(plot_intervals(quality, title="Scores with 95% intervals"), "Scores with 95% intervals")
    for name, points in report.curves.items():
        y, x = ("risk", "coverage") if name == "risk-coverage" else _axes(name)
        yield _figure(
            plot_curve(points, title=name, x=x, y=y),
            "Share wrong among the answers given, by share of questions answered"
            if x == "coverage"
            else name,
        )
    times = [record.detail["ms"] for record in report.records if "ms" in record.detail]
    if times:
        yield _figure(plot_histogram(times, title="Latency", x="milliseconds"), "Time of each question")
    if main and report.slices:
        yield _figure(plot_slices(report.slices, main.metric), f"{main.metric} by slice, the worst first")


def _axes(name: str) -> tuple[str, str]:
    """Return what a curve named "loss by step" shows upwards and to the right."""
    up, _, right = name.rpartition(" by ")
    return (up, right) if up else ("y", "x")


def _figure(svg: str, caption: str) -> str:
    return f"<figure>{svg}<figcaption>{escape(caption)}</figcaption></figure>"


def _slice_table(slices: Mapping[str, Sequence[Score]]) -> str:
    names = list(dict.fromkeys(score.metric for group in slices.values() for score in group))
    rows = []
    for name, group in slices.items():
        values = {score.metric: score for score in group}
        cells = [
            f"{values[one].value:.3f}" if one in values and values[one].value is not None else ""
            for one in names
        ]
        rows.append([escape(name), str(max(score.count for score in group)), *cells])
    return _table(["slice", "questions", *names], rows, numbers=set(range(1, len(names) + 2)))


def _rows_table(rows: Sequence[Mapping[str, Any]]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    cells = [[escape(str(row.get(name, ""))) for name in names] for row in rows]
    return _table([name.rpartition(".")[2] for name in names], cells, numbers=set(range(len(names))))


def _records(records: Sequence[Record], main: Score | None) -> str:
    worst = sorted(records, key=lambda record: _worth(record, main))
    shown = "".join(_record(record, main) for record in worst[:_MOST_RECORDS])
    rest = len(records) - _MOST_RECORDS
    return shown + (f"<p class='soft'>{rest} more are in the report file.</p>" if rest > 0 else "")


def _worth(record: Record, main: Score | None) -> float:
    value = record.scores.get(main.metric) if main else None
    if value is None:
        return float("-inf")
    return -value if main and main.better == "lower" else value


def _record(record: Record, main: Score | None) -> str:
    value = record.scores.get(main.metric) if main else None
    figure = "failed" if value is None else f"{value:.3f}"
    scores = ", ".join(
        f"{name} {'failed' if one is None else format(one, '.3f')}" for name, one in record.scores.items()
    )
    detail = "\n".join(
        f"{name}: {one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)}"
        for name, one in record.detail.items()
    )
    return (
        f"<details><summary>{figure} {escape(record.text)} <span class='soft'>{escape(record.id)}</span>"
        "</summary>"
        f"<pre>{escape(scores)}\n{escape(detail)}</pre></details>"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: set[int]) -> str:
    def cell(tag: str, column: int, text: str) -> str:
        return f'<{tag} class="number">{text}</{tag}>' if column in numbers else f"<{tag}>{text}</{tag}>"

    head = "".join(cell("th", column, escape(name)) for column, name in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(cell("td", column, text) for column, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
