"""Plots of a report as SVG that takes its colours from the page it stands in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vademecum.values import Score

_INK, _ACCENT = "#123456", "#654321"  # stand-ins, replaced by the page's own colours
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_WIDTH = 6.4


def plot_intervals(scores: Sequence[Score], *, title: str) -> str:
    """Return each score as a point with its interval."""
    shown = [score for score in scores if score.value is not None]

    def draw(axes: Axes) -> None:
        for row, score in enumerate(reversed(shown)):
            assert score.value is not None
            if score.low is not None and score.high is not None:
                axes.plot([score.low, score.high], [row, row], color=_ACCENT, linewidth=2)
            axes.plot([score.value], [row], "o", color=_ACCENT, markersize=5)
        axes.set_yticks(range(len(shown)), [score.metric for score in reversed(shown)])
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.grid(axis="x", alpha=0.2)

    return _svg(draw, title=title, height=0.5 + 0.24 * len(shown))


def plot_slices(slices: Mapping[str, Sequence[Score]], metric: str) -> str:
    """Return one metric by group of questions, the worst first."""
    found = [(name, score) for name, group in slices.items() for score in group if score.metric == metric]
    named = [
        Score(metric=f"{name} ({score.count})", value=score.value, low=score.low, high=score.high)
        for name, score in sorted(found, key=lambda pair: pair[1].value or 0.0)
    ]
    return plot_intervals(named, title=f"{metric} by slice")


def plot_curve(points: Sequence[tuple[float, float]], *, title: str, x: str, y: str) -> str:
    """Return a line through points."""

    def draw(axes: Axes) -> None:
        axes.plot([point[0] for point in points], [point[1] for point in points], color=_ACCENT, linewidth=2)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.2)

    return _svg(draw, title=title, height=2.6)


def plot_histogram(values: Sequence[float], *, title: str, x: str) -> str:
    """Return how often values occur."""

    def draw(axes: Axes) -> None:
        axes.hist(values, bins=min(40, max(5, len(values) // 5)), color=_ACCENT)
        axes.set_xlabel(x)
        axes.set_ylabel("questions")

    return _svg(draw, title=title, height=2.2)


def _svg(draw: Callable[[Axes], None], *, title: str, height: float) -> str:
    with mpl.rc_context({**_STYLE, "svg.hashsalt": title}):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        draw(figure.subplots())
        out = io.StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Title": title})
    svg = re.sub(r"^.*?(?=<svg)", "", out.getvalue(), flags=re.DOTALL)
    svg = svg.replace(_INK, "currentColor").replace(_ACCENT, "var(--accent)")
    return re.sub(
        r'(<svg [^>]*?)width="[^"]*"', rf'\1role="img" aria-label="{title}" class="plot"', svg, count=1
    )
