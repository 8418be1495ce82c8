"""What a process that reads files of others does to itself before it begins.

Use: `die_with_parent()`, then `bound_memory(1024)`.
"""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere the end of stdin does, between files."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def bound_memory(memory_mb: int) -> None:
    """Make allocations beyond the limit fail, and keep a crash from writing a core file."""
    if sys.platform == "win32":
        return
    import resource

    limit = memory_mb * 1024 * 1024
    for kind, value in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, limit)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (value, value))
