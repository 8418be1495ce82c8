"""A page of a file as a picture with a quote's place on it, drawn by a process of its own.

Use: `page_picture(data, media_type="application/pdf", name="a.pdf", page=3, quote="It takes 30 days.")`.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
from collections import OrderedDict
from dataclasses import dataclass

from vademecum.ui.draw_page import Box

_TIMEOUT_S = 30.0
_KEPT = 32
_AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePicture:
    """A drawn page.

    Attributes:
        webp: The picture.
        width: In pixels.
        height: In pixels.
        quote: The boxes of the quote's lines, as fractions of the page; none where it was not found.
        answer: The boxes of the words in it that answer.
    """

    webp: bytes
    width: int
    height: int
    quote: tuple[Box, ...]
    answer: tuple[Box, ...]


_kept: OrderedDict[tuple[str, ...], PagePicture | None] = OrderedDict()
_lock = threading.Lock()
_slots = threading.BoundedSemaphore(_AT_ONCE)


def page_picture(
    data: bytes,
    *,
    media_type: str,
    name: str,
    page: int,
    quote: str,
    answer: tuple[int, int] | None = None,
    nth: int = 0,
) -> PagePicture | None:
    """Return a page as a picture; None where it cannot be drawn.

    Args:
        data: The file.
        media_type: "application/pdf" or a picture's.
        name: The file's name, which helps to tell what it is.
        page: From 1.
        quote: What to find on it.
        answer: First and one past the last character in the quote of the words that answer.
        nth: Which occurrence of the quote is meant, from 0.
    """
    asked = {
        "media_type": media_type,
        "name": name,
        "page": page,
        "quote": quote,
        "answer": answer,
        "nth": nth,
    }
    key = (hashlib.sha256(data).hexdigest(), json.dumps(asked))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    with _slots:
        drawn = _draw(json.dumps(asked).encode() + b"\n" + data)
    with _lock:
        _kept[key] = drawn
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return drawn


def _draw(asked: bytes) -> PagePicture | None:
    command = [sys.executable, "-m", "vademecum.ui.draw_page"]
    try:
        done = subprocess.run(command, input=asked, capture_output=True, timeout=_TIMEOUT_S, check=True)
    except (subprocess.SubprocessError, OSError):
        return None
    told, _, webp = done.stdout.partition(b"\n")
    fields = json.loads(told)
    return PagePicture(
        webp=webp,
        width=fields["width"],
        height=fields["height"],
        quote=tuple(tuple(box) for box in fields["quote"]),
        answer=tuple(tuple(box) for box in fields["answer"]),
    )
