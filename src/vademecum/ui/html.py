"""Makes HTML in which nothing from a document, a file name or a person can become markup.

Everything that is not `Html` already is escaped, as text and as attribute.
Use: `el("p", "1 < 2", class_="note")` gives `<p class="note">1 &lt; 2</p>`.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias

_VOID = {"br", "hr", "img", "input", "link", "meta"}


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


Child: TypeAlias = "str | Iterable[Child] | None"
"""Text, HTML, nothing, or several of them."""
Attribute: TypeAlias = str | int | float | bool | None


def el(name: str, /, *children: Child, **attributes: Attribute) -> Html:
    """Return an element.

    Args:
        name: Its tag.
        children: What is in it; text is escaped.
        attributes: `class_` stands for "class", `data_do` for "data-do"; True gives an attribute without a
            value, False and None none at all.
    """
    start = f"<{name}{''.join(_attribute(*one) for one in attributes.items())}>"
    return Html(start if name in _VOID else f"{start}{join(*children)}</{name}>")


def join(*children: Child) -> Html:
    """Return children one after the other; text is escaped."""
    return Html("".join(_text(child) for child in children))


def _text(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Html):
        return child
    if isinstance(child, str):
        return html.escape(_encodable(child))
    return "".join(_text(one) for one in child)


def _attribute(name: str, value: Attribute) -> str:
    if value is None or value is False:
        return ""
    shown = name.rstrip("_").replace("_", "-")
    return f" {shown}" if value is True else f' {shown}="{html.escape(_encodable(str(value)))}"'


def _encodable(text: str) -> str:
    """Return a text without the halves of characters, which JSON may bring and nothing can send."""
    return text.encode("utf-8", "replace").decode("utf-8")
