"""The page: regions of HTML in a Gradio app, and what happens when something is done in one of them.

The bar carries the page's script (`page.js`), which turns clicks and forms into named events; each is a
function here that returns new HTML for some regions. Events only show: what changes something (questions,
opinions, files) goes over the API, where roles, sizes and queues are looked after. Nothing is kept between
events, and what a browser sends is checked as anybody's would be. Gradio's queue is not used; it would look
for work a thousand times a second.
Use: `build_page(desk_of, max_mb=200)` gives Blocks to mount.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import gradio as gr
from starlette.concurrency import run_in_threadpool

from vademecum.assistants import Conversations
from vademecum.errors import VademecumError
from vademecum.ui import shell
from vademecum.ui.came_about import trace_html
from vademecum.ui.desk import Desk
from vademecum.ui.documents import PAGE, documents_html, upload_html
from vademecum.ui.early import asset
from vademecum.ui.html import Html, el
from vademecum.ui.panel import no_panel, panel_html
from vademecum.ui.results import passages_told, results_html
from vademecum.ui.source import Place, source_html
from vademecum.ui.talk import empty_talk, talk_html, talks_html
from vademecum.ui.words import file_name
from vademecum.ui.yours import yours_html
from vademecum.workspace import UPLOADS

DeskOf: TypeAlias = Callable[[Mapping[str, Any]], Desk]
"""From the scope of a request to who sent it."""
_FAILURES = 100
_TELLS = "watch('value', () => document.dispatchEvent(new CustomEvent('vm-new', {detail: element})));"
"""Tells the page's script that a region has new content."""


def build_page(desk_of: DeskOf, *, max_mb: int) -> gr.Blocks:
    """Return the page.

    Args:
        desk_of: Says who sends a request.
        max_mb: Largest file that is taken, in megabytes.
    """
    does = _Events(desk_of, max_mb)
    blocks: gr.Blocks = gr.Blocks(title="Vademecum", analytics_enabled=False, fill_width=True)
    with blocks:
        bar = _region(shell.bar_html(), script=asset("page.js"))
        account = _region(Html(""))
        rail = _region(talks_html([], current=""))
        with gr.Column(elem_id="vm-ask"):
            talk = _region(talk_html([], talk="", opinions={}))
            _region(shell.composer_html())
        with gr.Column(elem_id="vm-search"):
            _region(shell.search_html())
            results = _region(Html(""))
        with gr.Column(elem_id="vm-sources"):
            upload = _region(Html(""))
            _region(shell.names_form())
            documents = _region(Html(""))
        panel = _region(no_panel())

        def on(name: str, work: Callable[..., Any], *outputs: gr.HTML) -> None:
            getattr(bar, name)(
                work,
                outputs=list(outputs),
                queue=False,
                trigger_mode="always_last",
                show_progress="hidden",
                api_visibility="private",
            )

        on("begin", does.begin, account, upload)
        on("show", does.show, talk, rail)
        on("open", does.open, panel)
        on("trace", does.trace, panel)
        on("yours", does.yours, panel)
        on("search", does.search, results)
        on("documents", does.documents, documents)
    return blocks


def page_theme() -> gr.themes.Base:
    """Return the theme of what little Gradio draws itself: system fonts, the page's colours."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]).set(
        body_background_fill="var(--vm-paper)",
        body_background_fill_dark="var(--vm-paper)",
        body_text_color="var(--vm-ink)",
        body_text_color_dark="var(--vm-ink)",
    )


def _region(value: Html, *, script: str = _TELLS) -> gr.HTML:
    return gr.HTML(value, apply_default_css=False, js_on_load=script)


class _Events:
    """What happens when something is done on the page.

    Args:
        desk_of: Says who sends a request.
        max_mb: Largest file that is taken, in megabytes.
    """

    def __init__(self, desk_of: DeskOf, max_mb: int) -> None:
        self._desk_of = desk_of
        self._max_mb = max_mb

    def begin(self, request: gr.Request) -> tuple[Html, Html]:
        """Return who looks at the page, and the form that takes their files."""
        desk = self._desk(request)
        may_add = desk.role != "reader"
        viewer = desk.view.viewer
        return (
            shell.account_html(viewer.user, desk.role, keyed=desk.keyed),
            upload_html(viewer, may_add=may_add, max_mb=self._max_mb),
        )

    def show(self, event: gr.EventData, request: gr.Request) -> tuple[Html, Html]:
        """Return a conversation, the latest one for "latest", and the list of them."""
        desk, talk = self._desk(request), _text(event, "talk")
        if talk == "latest":
            talk = next((one.id for one in Conversations(desk.view).list(limit=1)), "")
        return _talk(desk, talk), _talks(desk, talk)

    def open(self, event: gr.EventData, request: gr.Request) -> Html:
        """Return a source at a quote."""
        desk = self._desk(request)
        first, last = _number(event, "first"), _number(event, "last")
        place = Place(
            document=_text(event, "document"),
            start=_number(event, "start"),
            end=_number(event, "end"),
            answer=(first, last) if last > first else None,
        )
        document = desk.view.documents([place.document]).get(place.document)
        return panel_html(file_name(document.source) if document else "Source", source_html(desk.view, place))

    def trace(self, event: gr.EventData, request: gr.Request) -> Html:
        """Return how an answer came about."""
        desk = self._desk(request)
        try:
            body = trace_html(desk.record(_text(event, "trace")), view=desk.view)
        except VademecumError as error:
            body = el("p", str(error), class_="vm-note")
        return panel_html("How it came about", body)

    def yours(self, request: gr.Request) -> Html:
        """Return how somebody wants to be answered, and what is remembered of them."""
        view = self._desk(request).view
        memory, user = view.workspace.state().memory, view.viewer.user
        writes = view.workspace.config.answer.writes
        return panel_html(
            "Your settings", yours_html(memory.preferences(user), memory.list(user=user), writes=writes)
        )

    async def search(self, event: gr.EventData, request: gr.Request) -> Html:
        """Return passages that match, with their scores."""
        desk = self._desk(request)
        name = _text(event, "name").strip()
        conditions = [_text(event, "type"), f"document ~ *{name}*" if name else "", _text(event, "condition")]
        try:
            hits, trace = await desk.search(
                _text(event, "query"),
                where=[one.strip() for one in conditions if one.strip()],
                by_document=bool(_text(event, "each")),
            )
        except VademecumError as error:
            return el("p", str(error), class_="vm-error", role="alert")
        named = {one["document"] for one in passages_told(trace)}
        documents = await run_in_threadpool(desk.view.documents, named)
        return results_html(hits, trace, documents=documents)

    def documents(self, event: gr.EventData, request: gr.Request) -> Html:
        """Return a page of the documents whose names hold what was asked for."""
        desk, asked = self._desk(request), _text(event, "asked").strip()
        workspace = desk.view.workspace
        rows, _ = desk.view.list_documents(limit=sys.maxsize)
        found = [row for row in rows if asked.casefold() in f"{row['source']} {row['title']}".casefold()]
        offset = min(max(_number(event, "offset"), 0), max(len(found) - 1, 0))
        return documents_html(
            found[offset : offset + PAGE],
            total=len(found),
            asked=asked,
            offset=offset,
            viewer=desk.view.viewer,
            uploads=workspace.folder / UPLOADS,
            failed=workspace.status()["failed"][:_FAILURES] if desk.role == "owner" else (),
        )

    def _desk(self, request: gr.Request) -> Desk:
        assert request.request is not None  # it came over HTTP
        return self._desk_of(request.request.scope)


def _talk(desk: Desk, talk: str) -> Html:
    try:
        turns = Conversations(desk.view).get(talk)[1] if talk else []
    except VademecumError:  # it is gone, or somebody else's
        turns, talk = [], ""
    opinions = desk.opinions([turn.trace_id for turn in turns])
    empty = None if turns else empty_talk(*desk.view.counts(), may_add=desk.role != "reader")
    return talk_html(turns, talk=talk, opinions=opinions, empty=empty)


def _talks(desk: Desk, talk: str) -> Html:
    return talks_html(Conversations(desk.view).list(), current=talk)


def _data(event: gr.EventData) -> Mapping[str, Any]:
    """Return what came with an event; anybody may send anything."""
    return event._data if isinstance(event._data, Mapping) else {}


def _text(event: gr.EventData, name: str) -> str:
    value = _data(event).get(name, "")
    return value if isinstance(value, str) else ""


def _number(event: gr.EventData, name: str) -> int:
    try:
        return int(_data(event).get(name, 0))
    except (TypeError, ValueError, OverflowError):
        return 0
