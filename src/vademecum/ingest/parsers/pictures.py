"""Pictures, and pages that are pictures, read by OCR into paragraphs with their boxes.

Use: `parse_picture(source)`; `add_scanned(builder, reader, png, page=3)`.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.source import Source
from vademecum.values.document import Document
from vademecum.values.location import Location

if TYPE_CHECKING:
    from vademecum.models.ocr import OcrReader

_MAX_SIDE_PX = 2_400


def parse_picture(source: Source) -> Document:
    """Return the text in a picture; the frames of a TIFF are its pages.

    Raises:
        ParseError: It is damaged, too large, has no text in it, or pictures are not to be read.
    """
    if source.ocr is None:
        raise ParseError("a picture, and OCR is switched off")
    builder = source.builder()
    try:
        pages = list(itertools.islice(frames(source), source.limits.max_ocr_pages))
    except UnidentifiedImageError as err:
        raise ParseError(f"damaged: not a readable {source.format.name.upper()} picture") from err
    except (OSError, ValueError, SyntaxError, EOFError) as err:
        raise ParseError(f"damaged: the {source.format.name.upper()} picture cannot be decoded") from err
    reader = source.ocr()
    for number, frame in enumerate(pages, 1):
        add_scanned(builder, reader, frame, page=number)
        source.alive()
    if not builder.blocks:
        raise ParseError("no text found in the picture")
    return builder.build(source=source.name, title=source.stem, media_type=source.format.media_type)


def frames(source: Source) -> Iterator[bytes]:
    """Yield each frame upright, in colour, no longer than 2400 pixels, as PNG."""
    if source.format.name == "heic":
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(source.data)) as image:
        pages = ImageSequence.Iterator(image) if source.format.name == "tiff" else [image]
        for page in pages:
            if page.width * page.height > source.limits.max_pixels:
                raise ParseError(
                    f"a picture of {page.width} x {page.height} pixels; "
                    f"at most {source.limits.max_pixels} pixels are allowed"
                )
            page.draft("RGB", (_MAX_SIDE_PX, _MAX_SIDE_PX))
            upright = ImageOps.exif_transpose(page)
            upright.thumbnail((_MAX_SIDE_PX, _MAX_SIDE_PX))
            yield _png(upright)


def _png(image: Image.Image) -> bytes:
    """Return a picture as PNG, what is transparent in it made white."""
    if image.mode in ("RGBA", "LA", "P", "PA"):
        coloured = image.convert("RGBA")
        image = Image.new("RGBA", coloured.size, "white")
        image.alpha_composite(coloured)
    stream = io.BytesIO()
    image.convert("RGB").save(stream, "PNG", compress_level=1)
    return stream.getvalue()


def add_scanned(builder: DocumentBuilder, reader: OcrReader, picture: bytes, *, page: int) -> None:
    """Read an encoded picture and add its paragraphs, each with page and box."""
    lines = reader.read(picture)
    for _, group in itertools.groupby(lines, key=lambda line: line.paragraph):
        members = list(group)
        lefts, tops, rights, bottoms = zip(*(line.box for line in members), strict=True)
        box = (min(lefts), min(tops), max(rights), max(bottoms))
        builder.place = Location(page=page, box=box)
        rows = (
            " ".join(line.text for line in row)
            for _, row in itertools.groupby(members, key=lambda line: line.row)
        )
        builder.paragraph("\n".join(rows))
