"""Serves a workspace in this process, on a free port."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from vademecum.server import create_app
from vademecum.server.gate import Gate
from vademecum.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Served:
    """A running server.

    Attributes:
        url: Where it listens.
        workspace: What it serves.
    """

    url: str
    workspace: Workspace


class listening:  # noqa: N801 - used as a function
    """Serve a workspace on a free port while the block runs.

    Attributes:
        gate: The server's queue.
    """

    def __init__(self, workspace: Workspace, *, ingest: bool = True, **options: int) -> None:
        if ingest:
            workspace.ingest(Path(workspace.folder).parent / "documents")
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        app = create_app(workspace, **options)
        self.gate: Gate = app.state.vademecum.gate
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
        self._thread = threading.Thread(target=lambda: self._server.run(sockets=[self._socket]))

    def __enter__(self) -> str:
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started:
            assert self._thread.is_alive() and time.monotonic() < deadline
            time.sleep(0.02)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=30)
