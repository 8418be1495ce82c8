"""A training in the terminal: one line that moves, and what is worth keeping above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    with training_bars("") as (on_step, _):
        yield on_step


@contextmanager
def training_bars(before: str) -> Iterator[tuple[OnStep, Callable[[int, int], None]]]:
    """Show what comes before a training and the training itself; yield what moves each."""
    from vademecum.train.task import Step

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[loss]}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}"),
    )
    smoothed: list[float] = []
    with Progress(*columns, console=console) as bars:
        first = bars.add_task(before, total=None, loss="", left="", visible=False)
        bar = bars.add_task("step", total=None, loss="", left="", visible=not before)

        def show_item(done: int, total: int) -> None:
            bars.update(first, completed=done, total=total, visible=True)

        def show(told: Step | Evaluation | str) -> None:
            if isinstance(told, str):
                console.print(told)
            elif isinstance(told, Step):
                before = smoothed[-1] if smoothed else told.loss
                smoothed[:] = [_RECENT * before + (1 - _RECENT) * told.loss]
                left = f"{told.left_s / 60:.0f} min" if told.left_s >= 90 else f"{told.left_s:.0f} s"
                bars.update(first, visible=False)
                bars.update(
                    bar,
                    completed=told.number,
                    total=told.of,
                    loss=f"loss {smoothed[0]:.3f}",
                    left=f"{left} left",
                    visible=True,
                )
            else:
                figures = "  ".join(f"{name} {value:.4f}" for name, value in told.figures.items())
                console.print(f"after step {told.step}: held out {figures}", highlight=False)

        yield show, show_item
