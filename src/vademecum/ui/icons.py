"""The page's few icons, drawn with strokes of the text's colour; they say nothing to a screen reader.

Use: `icon("up")`.
"""

from __future__ import annotations

from vademecum.ui.html import Html

_PATHS = {
    "close": "M6 6l12 12M18 6L6 18",
    "down": "M17 14V4M17 14l-4 7a2 2 0 0 1-2-2v-4H5.5a2 2 0 0 1-2-2.4l1.3-6A2 2 0 0 1 6.8 4H20v10h-3",
    "list": "M4 6h16M4 12h16M4 18h10",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 1 0 0-8ZM4 21c0-4 4-6 8-6s8 2 8 6",
    "plus": "M12 5v14M5 12h14",
    "stop": "M7 7h10v10H7z",
    "theme": "M12 3a9 9 0 1 0 0 18 9 9 0 1 0 0-18Zm0 0v18M15 4v16M18 6v12",
    "trash": "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
    "up": "M7 10v10M7 10l4-7a2 2 0 0 1 2 2v4h5.5a2 2 0 0 1 2 2.4l-1.3 6a2 2 0 0 1-2 1.6H4V10h3",
    "upload": "M12 16V4M7 9l5-5 5 5M4 20h16",
}


def icon(name: str) -> Html:
    """Return an icon by its name."""
    return Html(
        '<svg class="vm-icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f'<path d="{_PATHS[name]}"/></svg>'
    )
