"""The most memory a piece of work takes.

Use: `with PeakMemory() as memory: ...`, then `memory.megabytes`.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import psutil
import torch

_EVERY_S = 0.05


class PeakMemory:
    """Watches the process, or the GPU where there is one.

    Attributes:
        megabytes: The most that was taken: by the process as a whole, or by tensors on the GPU.
    """

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._process = psutil.Process()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        if torch.cuda.is_available():
            torch.cuda.reset_peak_memory_stats()
        else:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if torch.cuda.is_available():
            self.megabytes = torch.cuda.max_memory_allocated() / 1e6
        else:
            self._done.set()
            self._thread.join()

    def _watch(self) -> None:
        while True:
            self.megabytes = max(self.megabytes, self._process.memory_info().rss / 1e6)
            if self._done.wait(_EVERY_S):
                return
