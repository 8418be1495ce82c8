"""What the routes of one server share.

Use: `state_of(request).workspace`.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Path, Query, Request

from vademecum.monitor.metrics import Metrics
from vademecum.server.caller import Caller, caller_of
from vademecum.server.gate import Gate
from vademecum.values import Viewer
from vademecum.view import View
from vademecum.workspace import Workspace

MOST_ROWS = 1_000
Name = Annotated[str, Path(max_length=128, pattern=r"^[\w.@:+-]+$")]
"""An id or a name in an address."""
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS)]
Offset = Annotated[int, Query(ge=0, le=2**31)]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One workspace behind one queue.

    Attributes:
        workspace: What is served.
        gate: Queue before the models.
        chat_name: Name by which the chat model is asked for.
        embedder_name: Name by which the embedding model is asked for.
        metrics: What is counted.
        ingesting: Held by whoever reads files in.
    """

    workspace: Workspace
    gate: Gate
    chat_name: str
    embedder_name: str
    metrics: Metrics
    ingesting: threading.Lock = field(default_factory=threading.Lock)

    def seen_by(self, caller: Caller) -> View:
        """Return the workspace as a caller sees it; an owner sees everything."""
        viewer = Viewer(user=caller.user, groups=caller.groups, everything=caller.role == "owner")
        return self.workspace.seen_by(viewer)


def view_of(request: Request) -> View:
    """Return the workspace as who sent a request sees it."""
    return state_of(request).seen_by(caller_of(request))


def state_of(request: Request) -> State:
    """Return the state of the server that got a request."""
    return cast("State", request.app.state.vademecum)
