"""A training in the terminal: one line that moves, and what is worth keeping above it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from vademecum.train.task import Evaluation, OnStep, Step

_RECENT = 0.95  # of the smoothed loss stays at each step


@contextmanager
def training_bar() -> Iterator[OnStep]:
    """Show steps, smoothed loss and time left on stderr; yield the callback that moves them."""
    from vademecum.train.task import Step

    console = Console(stderr=True)
    columns = (
        TextColumn("step"),
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("loss {task.fields[loss]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]} left"),
    )
    smoothed: list[float] = []
    with Progress(*columns, console=console) as bars:
        bar = bars.add_task("training", total=None, loss="", left="")

        def show(told: Step | Evaluation | str) -> None:
            if isinstance(told, str):
                console.print(told)
            elif isinstance(told, Step):
                before = smoothed[-1] if smoothed else told.loss
                smoothed[:] = [_RECENT * before + (1 - _RECENT) * told.loss]
                left = f"{told.left_s / 60:.0f} min" if told.left_s >= 90 else f"{told.left_s:.0f} s"
                bars.update(bar, completed=told.number, total=told.of, loss=f"{smoothed[0]:.3f}", left=left)
            else:
                figures = "  ".join(f"{name} {value:.4f}" for name, value in told.figures.items())
                console.print(f"after step {told.step}: held out {figures}", highlight=False)

        yield show
