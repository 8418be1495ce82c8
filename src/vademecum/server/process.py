"""A server that finishes what is running when it is told to stop, and stops at once when told again.

Use: `Process(uvicorn.Config(app, timeout_graceful_shutdown=GRACE_S)).run(sockets=[listener])`.
"""

from __future__ import annotations

import os
import sys
from types import FrameType

import uvicorn

GRACE_S = 30
"""What runs may take that long to end; then it is given up."""


class Process(uvicorn.Server):
    """Uvicorn's server, but a signal it obeyed is not raised again, so the process ends with 0."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Take no more requests; with a second signal end here, whatever is running."""
        if self.should_exit:
            os._exit(128 + sig)
        self.should_exit = True
        sys.stderr.write("Finishing what is running; once more ends it at once.\n")
