"""How the steps of a call look in a terminal: when each began, how long it took, what it was a part of.

Use: `print_steps(trace, details=True)`.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from vademecum.values import Step, Trace

WIDTH = 80
_NAME = 18
_BAR = WIDTH - 2 - _NAME - 9 - 10 - 2


def print_steps(trace: Trace, *, details: bool = False, err: bool = False) -> None:
    """Print the steps of a call, one a line, no wider than a narrow terminal.

    Args:
        trace: What happened.
        details: Print the figures of each step below it, of lists their length; errors are printed anyway.
        err: Print on stderr.
    """
    for line in _lines(trace, details=details):
        typer.echo(line, err=err)


def _lines(trace: Trace, *, details: bool) -> Iterator[str]:
    within = {step.number: step.within for step in trace.steps}
    yield f"  {'step':<{_NAME}}{'at ms':>9}{'took ms':>10}"
    for step in trace.steps:
        depth, around = 0, step.within
        while around:
            depth, around = depth + 1, within.get(around, 0)
        name = f"{'  ' * depth}{step.name}"[:_NAME]
        began = "-" if step.at_ms is None else f"{step.at_ms:.1f}"
        yield f"  {name:<{_NAME}}{began:>9}{step.ms:>10.1f}  {_bar(step, trace.ms)}".rstrip()
        figures = [
            f"{key} {len(value) if isinstance(value, list) else value}"
            for key, value in step.detail.items()
            if details or key == "error"
        ]
        indent = " " * (4 + 2 * depth)
        yield from textwrap.wrap(", ".join(figures), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _bar(step: Step, whole_ms: float) -> str:
    """Return a line as long as the step took, where it ran; none where nobody noted when it began."""
    if step.at_ms is None or not whole_ms:
        return ""
    begins = min(int(step.at_ms / whole_ms * _BAR), _BAR - 1)
    ends = min(round((step.at_ms + step.ms) / whole_ms * _BAR), _BAR)
    return " " * begins + "━" * max(ends - begins, 1)
