"""A process that draws one page of a file and finds a quote on it: `python -m vademecum.ui.draw_page`.

Files come from anybody and what decodes them is native code, so this is a process of its own that ends after
one page: one that crashes, hangs or eats memory is no harm to the server. It is no sandbox: a file that takes
over the decoder acts with the user's rights.
A line of JSON comes in on stdin, then the file; a line of JSON goes out, then the picture as WebP.
"""

from __future__ import annotations

import io
import json
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any

from vademecum.ingest.bounds import bound_memory, die_with_parent

MAX_MB = 1_500
_WIDTH_PX = 1_200
_MAX_SIDE_PX = 4_000
_QUALITY = 80
_CLOSE = 80.0
"""Likeness of 100 from which characters on the page are taken for the quote."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of the page."""


def main() -> None:
    """Draw the page that stdin asks for."""
    die_with_parent()
    bound_memory(MAX_MB)
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    out = sys.stdout.buffer
    if asked["media_type"] == "application/pdf":
        image, quote, answer = _pdf_page(data, asked)
    else:
        image, quote, answer = _frame(data, asked), [], []
    told = {"width": image.width, "height": image.height, "quote": quote, "answer": answer}
    out.write(json.dumps(told).encode() + b"\n")
    image.save(out, "WEBP", quality=_QUALITY, method=3)
    out.flush()


def _frame(data: bytes, asked: dict[str, Any]) -> Any:
    """Return a picture, or a frame of one, upright as OCR saw it."""
    from itertools import islice

    from PIL import Image

    from vademecum.ingest.parsers.pictures import frames
    from vademecum.ingest.parsers.sniff import sniff
    from vademecum.ingest.parsers.source import Source

    source = Source(data=data, name=asked["name"], format=sniff(data, name=asked["name"]))
    png = next(islice(frames(source), asked["page"] - 1, None))
    image = Image.open(io.BytesIO(png))
    image.thumbnail((_WIDTH_PX, _MAX_SIDE_PX))
    return image


def _pdf_page(data: bytes, asked: dict[str, Any]) -> tuple[Any, list[Box], list[Box]]:
    """Return a page as a picture, and the boxes of the quote's lines and of the words in it that answer."""
    import pypdfium2

    page = pypdfium2.PdfDocument(data)[asked["page"] - 1]
    width, height = page.get_size()
    scale = min(_WIDTH_PX / width, _MAX_SIDE_PX / height)
    image = page.render(scale=scale, may_draw_forms=False).to_pil()
    text = PageText(page)
    quote = text.find(asked["quote"], nth=asked["nth"])
    answer = text.within(quote, asked["quote"], *asked["answer"]) if quote and asked["answer"] else None
    return image, text.boxes(quote), text.boxes(answer)


class PageText:
    """The characters of a PDF page, and where they stand.

    Args:
        page: Of pypdfium2.
    """

    def __init__(self, page: Any) -> None:
        import pypdfium2
        import pypdfium2.raw as pdfium

        self._page = page
        self._text = page.get_textpage()
        self._canvas = 10_000
        self._place = pypdfium2.PdfPosConv(page, (0, 0, self._canvas, self._canvas, 0))
        units = (pdfium.FPDFText_GetUnicode(self._text, place) for place in range(self._text.count_chars()))
        self._key, self._owners = letters("".join(map(chr, units)))

    def find(self, quote: str, *, nth: int) -> tuple[int, int] | None:
        """Return which of the page's letters a quote is; white space, hyphens and signs do not matter.

        Args:
            quote: What is looked for.
            nth: Which of several places it is, from 0.
        """
        return find(letters(quote)[0], self._key, nth=nth)

    def within(self, place: tuple[int, int], quote: str, first: int, last: int) -> tuple[int, int] | None:
        """Return which of the page's letters are the characters `[first, last)` of a quote at `place`."""
        before, words = letters(quote[:first])[0], letters(quote[first:last])[0]
        start = self._key.find(words, place[0] + len(before) if words else 0, place[1])
        start = start if start >= 0 else self._key.find(words, *place)
        return (start, start + len(words)) if words and start >= 0 else None

    def boxes(self, place: tuple[int, int] | None) -> list[Box]:
        """Return one box for each line of some of the page's letters."""
        if place is None:
            return []
        characters = dict.fromkeys(self._owners[place[0] : place[1]])
        return merged([self._box(character) for character in characters])

    def _box(self, character: int) -> Box:
        left, bottom, right, top = self._text.get_charbox(character, loose=True)
        corners = [self._place.to_bitmap(x, y) for x, y in ((left, bottom), (right, top))]
        across, down = zip(*corners, strict=True)
        size = self._canvas
        return min(across) / size, min(down) / size, max(across) / size, max(down) / size


def letters(text: str) -> tuple[str, list[int]]:
    """Return letters, digits and signs of money in their plainest form, and of which character each is."""
    plain, owners = [], []
    for place, character in enumerate(text):
        for part in unicodedata.normalize("NFKC", character).casefold():
            if part.isalnum() or unicodedata.category(part) == "Sc":
                plain.append(part)
                owners.append(place)
    return "".join(plain), owners


def find(wanted: str, held: str, *, nth: int = 0) -> tuple[int, int] | None:
    """Return where the nth occurrence of a text is, or the last one; else what is most like it."""
    if not wanted:
        return None
    places = []
    at = held.find(wanted)
    while at >= 0:
        places.append(at)
        at = held.find(wanted, at + 1)
    if places:
        start = places[min(nth, len(places) - 1)]
        return start, start + len(wanted)
    from rapidfuzz import fuzz

    like = fuzz.partial_ratio_alignment(wanted, held, score_cutoff=_CLOSE)
    return (like.dest_start, like.dest_end) if like else None


def merged(boxes: Sequence[Box]) -> list[Box]:
    """Return one box a line from those of characters in reading order."""
    lines: list[Box] = []
    for box in boxes:
        left, top, right, bottom = box
        if right <= left or bottom <= top:
            continue
        if lines:
            old = lines[-1]
            shared = min(bottom, old[3]) - max(top, old[1])
            height = min(bottom - top, old[3] - old[1])
            if shared > height / 2 and left >= old[0]:
                lines[-1] = (old[0], min(top, old[1]), max(right, old[2]), max(bottom, old[3]))
                continue
        lines.append(box)
    return [(round(a, 4), round(b, 4), round(c, 4), round(d, 4)) for a, b, c, d in lines]


if __name__ == "__main__":
    main()
