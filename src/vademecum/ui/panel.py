"""The panel beside the page, which shows a source or how an answer came about.

Use: `panel_html("handbook.pdf", source_html(view, place))`.
"""

from __future__ import annotations

import itertools

from vademecum.ui.html import Child, Html, el
from vademecum.ui.icons import icon

_shown = itertools.count(1)


def panel_html(title: str, *body: Child) -> Html:
    """Return the panel; each is another one, so that the browser notices when the same is asked for again."""
    return el(
        "aside",
        el(
            "header",
            el("h2", title, id="vm-panel-title", tabindex=-1),
            el(
                "button", icon("close"), type="button", class_="vm-quiet", data_do="close", aria_label="Close"
            ),
        ),
        el("div", *body, class_="vm-panel-body"),
        class_="vm-panel",
        data_shown=next(_shown),
        aria_labelledby="vm-panel-title",
    )


def no_panel() -> Html:
    """Return the panel before anything was opened."""
    return el("aside", class_="vm-panel", aria_label="Source")
