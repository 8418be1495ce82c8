"""Bounds on what one file may cost, and the checks that can be made before parsing it.

Owns `ParseLimits` and the look into a ZIP's central directory (archives, Office files, EPUB). It does not
bound time or memory: the pool and the worker do. A directory that lies about its sizes is caught while
unpacking.

Use: `check_zip(data, limits=ParseLimits())`.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from vademecum.errors import ParseError

RATIO_FLOOR_BYTES = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ParseLimits:
    """What one file may cost before it is refused with a reason.

    Attributes:
        max_bytes: Size of the file.
        max_chars: Characters of text taken from one document.
        max_members: Files inside one archive, or attachments of one mail.
        max_depth: Archives inside archives, mails inside mails.
        max_unpacked_bytes: Sum of the unpacked sizes inside one ZIP.
        max_ratio: Unpacked to packed size of a ZIP whose unpacked size passes 10 MB.
        max_pixels: Width times height of a picture.
        max_ocr_pages: Pages of one document that are read by OCR; the pages after them are left out.
    """

    max_bytes: int = 200_000_000
    max_chars: int = 20_000_000
    max_members: int = 2_000
    max_depth: int = 4
    max_unpacked_bytes: int = 500_000_000
    max_ratio: int = 200
    max_pixels: int = 100_000_000
    max_ocr_pages: int = 300


def check_zip(data: bytes, *, limits: ParseLimits) -> None:
    """Refuse a ZIP that would unpack to more than the limits allow, without unpacking it.

    Args:
        data: The whole file.
        limits: What is allowed.

    Raises:
        ParseError: It is damaged, encrypted, has too many members, or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as err:
        raise ParseError("damaged: its ZIP directory cannot be read") from err
    unpacked = sum(member.file_size for member in members)
    if len(members) > 10 * limits.max_members:
        raise ParseError(
            f"an archive of {len(members)} members; at most {10 * limits.max_members} are allowed"
        )
    if unpacked > limits.max_unpacked_bytes:
        raise ParseError(
            f"unpacks to {unpacked / 1e6:.0f} MB; "
            f"at most {limits.max_unpacked_bytes / 1e6:.0f} MB are allowed"
        )
    if unpacked > RATIO_FLOOR_BYTES and unpacked > limits.max_ratio * max(len(data), 1):
        raise ParseError(
            f"unpacks to {unpacked // max(len(data), 1)} times its size; "
            f"at most {limits.max_ratio} times is allowed"
        )
    if members and all(member.flag_bits & 1 for member in members if not member.is_dir()):
        raise ParseError("encrypted")
