"""Progress on stderr: downloads and ingests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from vademecum.values import Progress as IngestProgress


def pull_bar() -> Callable[[str, int, int], None]:
    """Return a callback that draws one bar a download and lets go of the line when it is done."""
    bars: dict[str, tuple[Progress, int]] = {}

    def show(name: str, done: int, total: int) -> None:
        if name not in bars:
            columns = (
                TextColumn("pulling {task.description}"),
                BarColumn(),
                DownloadColumn(),
                TimeRemainingColumn(),
            )
            drawn = Progress(*columns, console=Console(stderr=True))
            drawn.start()
            bars[name] = drawn, drawn.add_task(name, total=total or None)
        drawn, task = bars[name]
        drawn.update(task, completed=done)  # type: ignore[arg-type]
        if total and done >= total:
            drawn.stop()

    return show


@contextmanager
def ingest_bars() -> Iterator[Callable[[IngestProgress], None]]:
    """Draw two bars, files read and chunks embedded, and yield the callback that moves them."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[now]}"),
    )
    with Progress(*columns, console=console, transient=True) as bars:
        files = bars.add_task("reading", total=None, now="")
        chunks = bars.add_task("indexing", total=None, now="")

        def show(progress: IngestProgress) -> None:
            name = Path(progress.current).name
            bars.update(files, completed=progress.files_done, total=progress.files_total, now=name)
            bars.update(chunks, completed=progress.chunks_done, total=progress.chunks_total)

        yield show
