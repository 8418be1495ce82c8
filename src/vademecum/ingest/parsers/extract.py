"""The one door to kreuzberg: its configuration, its errors in our words, its node trees as blocks.

Reads DOCX, ODT, RTF, DOC, PPT, Org, reStructuredText, notebooks and Outlook messages. OCR, caching and
network use of kreuzberg are off.

Use: `result = extract(source)`; `add_nodes(builder, result)`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import kreuzberg
from kreuzberg import ExtractionConfig, ExtractionResult, PageConfig

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.clean import one_line
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document

_MARGINS = frozenset({"header", "footer"})
_LEFTOVERS = (
    "untitled",
    "(anonymous)",
    "microsoft word",
    "powerpoint presentation",
    "adobe ",
    "document1",
    "slide 1",
)
_FILE_NAME = re.compile(r"\.[A-Za-z]{1,4}$")
_METADATA = ("authors", "subject", "keywords", "language", "created_at", "modified_at")


def extract(source: Source, *, layout: bool = False) -> ExtractionResult:
    """Let kreuzberg read a file.

    Args:
        source: What to read; its format gives the MIME type.
        layout: Analyse the layout of PDF pages (fonts, gaps) into paragraphs and headings.

    Raises:
        ParseError: It is encrypted, or not what it says it is.
    """
    options: dict[str, Any] = {
        "use_cache": False,
        "disable_ocr": True,
        "include_document_structure": True,
        "output_format": "markdown" if layout else "plain",
        "pages": PageConfig(extract_pages=True),
    }
    try:
        return kreuzberg.extract_bytes_sync(
            source.data, source.format.media_type, ExtractionConfig(**options)
        )
    except (kreuzberg.KreuzbergError, RuntimeError) as err:
        raise ParseError(_reason(str(err), source)) from err


def _reason(message: str, source: Source) -> str:
    lowered = message.lower()
    if "password" in lowered or "encrypt" in lowered:
        return "encrypted"
    return f"damaged: not a readable {source.format.name.upper()} file"


def parse_office(source: Source) -> Document:
    """Return a word-processing file, notebook or marked-up text as blocks."""
    result = extract(source)
    builder = source.builder()
    add_nodes(builder, result)
    return builder.build(
        source=source.name,
        title=sensible_title(result.metadata),
        media_type=source.format.media_type,
        metadata=told_metadata(result.metadata),
    )


def sensible_title(metadata: Mapping[str, Any]) -> str:
    """Return the title that a file's metadata gives, unless it is what a program left there."""
    title = one_line(str(metadata.get("title") or ""))
    unusable = (
        sum(map(str.isalpha, title)) < 3 or title.lower().startswith(_LEFTOVERS) or _FILE_NAME.search(title)
    )
    return "" if unusable else title


def told_metadata(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file says of itself, without what the extractor adds."""
    return {name: metadata[name] for name in _METADATA if metadata.get(name)}


def add_nodes(builder: DocumentBuilder, result: ExtractionResult) -> None:
    """Add kreuzberg's node tree to a builder; its plain content when it gives no tree."""
    nodes: Sequence[Mapping[str, Any]] = (result.document or {"nodes": ()})["nodes"]
    for node in nodes:
        if node.get("content_layer") not in _MARGINS:
            _add_node(builder, nodes, node)
    if not builder.blocks:
        for paragraph in result.content.split("\n\n"):
            builder.paragraph(paragraph)


def _add_node(builder: DocumentBuilder, nodes: Sequence[Mapping[str, Any]], node: Mapping[str, Any]) -> None:
    content = node["content"]
    kind, text = content["node_type"], content.get("text") or ""
    if kind in ("heading", "title"):
        builder.heading(text, level=content.get("level") or 1)
    elif kind == "table":
        builder.table(grid_rows(content["grid"]))
    elif kind == "code":
        builder.code(text)
    elif kind == "list":
        builder.items(_item_texts(nodes, node))
    elif kind == "slide":
        builder.place = replace(builder.place, slide=content.get("number"))
        builder.reset_headings()
        builder.heading(content.get("title") or "", level=1)
    elif kind in ("paragraph", "formula", "footnote"):
        for paragraph in text.replace("\r\n", "\n").split("\n\n"):
            builder.paragraph(paragraph)


def _item_texts(nodes: Sequence[Mapping[str, Any]], node: Mapping[str, Any]) -> list[str]:
    children = (nodes[index]["content"] for index in node.get("children") or ())
    return [child.get("text") or "" for child in children if child["node_type"] == "list_item"]


def grid_rows(grid: Mapping[str, Any]) -> list[list[str]]:
    """Return the rows of a table grid; what a merged cell covers stays empty."""
    rows = [[""] * grid["cols"] for _ in range(grid["rows"])]
    for cell in grid["cells"]:
        if cell["row"] < grid["rows"] and cell["col"] < grid["cols"]:
            rows[cell["row"]][cell["col"]] = cell["content"]
    return rows
