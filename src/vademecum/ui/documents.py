"""What is stored, as HTML: files with who may read them, and the form that adds some.

Changes go over the HTTP API (see `page.js`), where sizes, roles and names are checked.
Use: `documents_html(rows, total=12, asked="", offset=0)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from vademecum.ui.html import Child, Html, el
from vademecum.ui.icons import icon
from vademecum.ui.words import count, file_name
from vademecum.values import Viewer

_TAKEN = "PDF, Word, Excel, PowerPoint, mail, web pages, text, pictures"
PAGE = 50
"""Documents shown at once."""


def upload_html(viewer: Viewer, *, may_add: bool, max_mb: int) -> Html:
    """Return the form that takes files, or why there is none."""
    if not may_add:
        return el("p", "You may read and ask here. Adding documents takes the role editor.", class_="vm-note")
    return el(
        "form",
        el(
            "label",
            icon("upload"),
            el("span", el("strong", "Choose files"), " or drop them here"),
            el(
                "small",
                f"{_TAKEN}; up to {max_mb} MB each",
            ),
            el("input", type="file", name="files", id="vm-files", multiple=True),
            class_="vm-drop",
        ),
        _readers(viewer),
        el("div", id="vm-progress", role="status"),
        class_="vm-upload",
        data_form="upload",
        data_max_mb=max_mb,
    )


def _readers(viewer: Viewer) -> Html | None:
    """Return the choice of who may read what is uploaded, where there are people to tell apart."""
    if not viewer.user:
        return None
    return el(
        "label",
        "Who may read them ",
        el("select", _options(viewer, ()), name="readers"),
        class_="vm-field",
    )


def _options(viewer: Viewer, readers: Sequence[str]) -> list[Html]:
    choices = {"nobody": "only me", "everyone": "everyone"}
    choices |= {f"group:{group}": f"group {group}" for group in viewer.groups}
    chosen = readers[0] if len(readers) == 1 else "nobody" if not readers else ""
    if chosen not in choices:
        choices = {",".join(readers): ", ".join(readers), **choices}
        chosen = ",".join(readers)
    return [el("option", words, value=value, selected=value == chosen) for value, words in choices.items()]


def documents_html(
    rows: Sequence[Mapping[str, Any]],
    *,
    total: int,
    asked: str,
    offset: int,
    viewer: Viewer,
    uploads: Path,
    failed: Sequence[Mapping[str, Any]] = (),
) -> Html:
    """Return documents, a page of them.

    Args:
        rows: As `View.list_documents` gives them.
        total: How many there are that match.
        asked: What their names have to hold.
        offset: How many come before these.
        viewer: Who looks.
        uploads: Folder of uploaded files, which may be deleted here.
        failed: Files that could not be read, for who may see them.
    """
    if not total and not asked:
        return el(
            "div",
            el("h2", "No documents yet"),
            el("p", "Add some above, or run ", el("code", "vade ingest PATH"), " where this server runs."),
            class_="vm-empty",
        )
    return el(
        "div",
        el("h2", _counted(total, asked), class_="vm-small-title"),
        el("ul", [el("li", _document(row, viewer, uploads)) for row in rows], class_="vm-documents"),
        _pages(total, asked, offset),
        _failed(failed),
        class_="vm-found",
    )


def _counted(total: int, asked: str) -> str:
    return f"{count(total, 'document')}{f' with “{asked}” in the name' if asked else ''}"


def _document(row: Mapping[str, Any], viewer: Viewer, uploads: Path) -> list[Child]:
    name = file_name(row["source"])
    kind = PurePath(name).suffix.lstrip(".").upper()[:5] or "text"
    folder = str(PurePath(row["source"]).parent)
    return [
        el("span", kind, class_="vm-kind", aria_hidden="true"),
        el(
            "button",
            el("strong", name),
            el("span", row["title"] if row["title"] != PurePath(name).stem else folder, class_="vm-place"),
            type="button",
            class_="vm-passage",
            title=row["source"],
            data_do="open",
            data_document=row["id"],
            data_start=0,
            data_end=0,
        ),
        _own(row, viewer, uploads) if "readers" in row else el("span", _from(row), class_="vm-place"),
    ]


def _from(row: Mapping[str, Any]) -> str:
    return f"from {row['owner']}" if row["owner"] else ""


def _own(row: Mapping[str, Any], viewer: Viewer, uploads: Path) -> Html:
    """Return what somebody may do with a document of theirs."""
    name = file_name(row["source"])
    share = el(
        "select",
        _options(viewer, row["readers"]),
        data_change="share",
        data_document=row["id"],
        aria_label=f"Who may read {name}",
    )
    delete = el(
        "button",
        icon("trash"),
        type="button",
        class_="vm-quiet",
        data_do="delete",
        data_document=row["id"],
        data_name=name,
        aria_label=f"Delete {name}",
    )
    uploaded = Path(row["source"]).is_relative_to(uploads)
    return el("span", share if viewer.user else None, delete if uploaded else None, class_="vm-own")


def _pages(total: int, asked: str, offset: int) -> Html | None:
    if total <= PAGE:
        return None
    last = min(offset + PAGE, total)
    return el(
        "p",
        _turn("Previous", asked, offset - PAGE, possible=offset > 0),
        f" {offset + 1} to {last} of {total:,} ",
        _turn("Next", asked, offset + PAGE, possible=last < total),
        class_="vm-pages",
    )


def _turn(words: str, asked: str, offset: int, *, possible: bool) -> Html:
    return el(
        "button",
        words,
        type="button",
        disabled=not possible,
        data_do="documents",
        data_asked=asked,
        data_offset=max(offset, 0),
    )


def _failed(failed: Sequence[Mapping[str, Any]]) -> Html | None:
    if not failed:
        return None
    items = [el("li", el("strong", file_name(one["path"])), f": {one['reason']}") for one in failed]
    return el("details", el("summary", f"{count(len(failed), 'file')} could not be read"), el("ul", items))
