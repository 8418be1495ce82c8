"""The page that Prometheus reads.

It tells how much everybody asks and how much is stored, so where there are keys it takes an owner's;
Prometheus sends it as `authorization: {credentials_file: ...}`.
Use: `app.include_router(router)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response

from vademecum.monitor.metrics import Reading
from vademecum.server.caller import caller_of
from vademecum.server.state import State, state_of

router = APIRouter(tags=["Vademecum"])
_RATINGS = {1: "good", 0: "neither", -1: "bad"}


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Return metrics in Prometheus' text format, or in OpenMetrics' where that is asked for."""
    caller_of(request).require("owner")
    body, media_type = state_of(request).metrics.render(request.headers.get("accept", ""))
    return Response(body, media_type=media_type)


def readings(state: State) -> Iterator[Reading]:
    """Yield what is known at any time and need not be counted."""
    gate, workspace = state.gate, state.workspace
    documents, chunks = workspace.seen_by().counts()
    rated = workspace.state().feedback.counts()
    for name, help_text, value in (
        ("vademecum_queue_running", "Requests that the models work on.", gate.running),
        ("vademecum_queue_waiting", "Requests that wait for their turn.", gate.waiting),
        ("vademecum_documents", "Documents that are stored.", documents),
        ("vademecum_chunks", "Chunks that are stored.", chunks),
    ):
        yield Reading(name=name, help=help_text, values={"": value})
    yield Reading(
        name="vademecum_queue_refused",
        help="Requests that were answered 429 because too many waited.",
        values={"": gate.refused},
        counter=True,
    )
    yield Reading(
        name="vademecum_feedback",
        help="Answers by what people think of them, as far as their traces are kept.",
        values={word: rated.get(rating, 0) for rating, word in _RATINGS.items()},
        label="rating",
    )
    yield Reading(
        name="vademecum_exported_calls",
        help="Calls by what became of them on the way to monitor.otlp_url.",
        values=workspace.calls.sent,
        label="outcome",
        counter=True,
    )
