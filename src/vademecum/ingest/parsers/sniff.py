"""Says what a file is from its first bytes, and from its name where the bytes do not tell.

Owns the names of formats that the rest of the parsers use. Does not read whole files into text.

Use: `sniff(data, name="report.txt")` gives Format(name="pdf", media_type="application/pdf").
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath

from vademecum.errors import ParseError


@dataclass(frozen=True, slots=True)
class Format:
    """What a file is: `name` picks the parser, `media_type` is stored with the document."""

    name: str
    media_type: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "xlsb": "application/vnd.ms-excel.sheet.binary.macroEnabled.12",
    "pptx": _OFFICE + "presentationml.presentation",
    "odt": _ODF + "text",
    "ods": _ODF + "spreadsheet",
    "odp": _ODF + "presentation",
    "epub": "application/epub+zip",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "msg": "application/vnd.ms-outlook",
    "rtf": "application/rtf",
    "html": "text/html",
    "xml": "application/xml",
    "eml": "message/rfc822",
    "ipynb": "application/x-ipynb+json",
    "org": "text/x-org",
    "rst": "text/x-rst",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "markdown": "text/markdown",
    "code": "text/x-source",
    "text": "text/plain",
    "zip": "application/zip",
    "tar": "application/x-tar",
    "gzip": "application/gzip",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "webp": "image/webp",
    "gif": "image/gif",
    "heic": "image/heic",
}
PICTURES = frozenset({"png", "jpeg", "tiff", "bmp", "webp", "gif", "heic"})
_CODE = (
    "py pyi js mjs ts tsx jsx java kt scala c h cc cpp hpp cs go rs rb php pl lua r jl m swift sh bash zsh "
    "ps1 bat sql css scss toml yaml yml ini cfg conf tf proto graphql vue dart ex exs erl hs clj ml f90 asm "
    "make cmake"
)
_EXTENSIONS = {
    **dict.fromkeys(_CODE.split(), "code"),
    **dict.fromkeys(("htm", "html", "xhtml"), "html"),
    **dict.fromkeys(("md", "markdown", "mdown", "mkd", "mdx", "qmd", "rmd"), "markdown"),
    **dict.fromkeys(("xml", "rss", "atom", "xsd", "xsl", "kml"), "xml"),
    **dict.fromkeys(("jsonl", "ndjson"), "jsonl"),
    **{name: name for name in ("eml", "ipynb", "org", "rst", "json", "csv")},
    **dict.fromkeys(("tsv", "tab"), "tsv"),
}
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "rtf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"GIF8", "gif"),
    (b"\x1f\x8b", "gzip"),
)
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"ID3", "audio is not supported"),
    (b"OggS", "audio is not supported"),
    (b"fLaC", "audio is not supported"),
    (b"7z\xbc\xaf'\x1c", "7z archives are not supported"),
    (b"Rar!\x1a\x07", "RAR archives are not supported"),
    (b"\x7fELF", "a program, not a document"),
    (b"MZ\x90\x00", "a program, not a document"),
    (b"SQLite format 3\x00", "databases are not supported"),
    (b"\x1a\x45\xdf\xa3", "video is not supported"),
)
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "ppt"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("__properties_version1.0", "msg"),
)
_MAIL_HEADER = re.compile(rb"\A(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:", re.IGNORECASE)
_HTML_START = re.compile(
    rb"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S
)


def sniff(data: bytes, *, name: str) -> Format:
    """Return what `data` is; its bytes outrank the ending of `name`.

    Args:
        data: The whole file, not empty.
        name: File name or path; only its ending counts.

    Raises:
        ParseError: It is a kind of file that holds no text for us (audio, video, program), or is encrypted.
    """
    extension = PurePath(name).suffix.lower().lstrip(".")
    found = _by_signature(data) or _by_text_start(data, extension) or _EXTENSIONS.get(extension, "text")
    return Format(found, MEDIA_TYPES[found])


def _by_signature(data: bytes) -> str | None:
    head = data[:1024]
    if b"%PDF-" in head and (head.startswith(b"%PDF-") or not head.lstrip().startswith((b"<", b"{"))):
        return "pdf"
    for signature, reason in _REFUSED:
        if head.startswith(signature):
            raise ParseError(reason)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_format(data)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_format(data)
    if head[:4] == b"RIFF":
        return _riff_format(head)
    if head[4:8] == b"ftyp":
        if head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc"):
            return "heic"
        raise ParseError("audio is not supported" if head[8:11] == b"M4A" else "video is not supported")
    if head[:1] == b"\xff" and len(head) > 1 and head[1] in (0xFB, 0xF3, 0xF2, 0xFA, 0xF1, 0xF9):
        raise ParseError("audio is not supported")
    if (
        head[:2] == b"BM"
        and len(head) > 18
        and head[14:18] in (b"\x0c\0\0\0", b"\x28\0\0\0", b"\x6c\0\0\0", b"\x7c\0\0\0")
    ):
        return "bmp"
    if data[257:262] == b"ustar":
        return "tar"
    return next((name for signature, name in _SIGNATURES if head.startswith(signature)), None)


def _by_text_start(data: bytes, extension: str) -> str | None:
    head = data[:4096]
    if extension in ("md", "markdown", "txt") or _EXTENSIONS.get(extension) == "code":
        return None
    if _HTML_START.match(head):
        return "html"
    if head.lstrip().startswith(b"<?xml"):
        return "xml"
    return "eml" if _MAIL_HEADER.match(head.replace(b"\r\n", b"\n")) else None


def _riff_format(head: bytes) -> str:
    if head[8:12] == b"WEBP":
        return "webp"
    raise ParseError("audio is not supported" if head[8:12] == b"WAVE" else "video is not supported")


def _zip_format(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            declared = (
                archive.read("mimetype")[:200].decode("ascii", "replace").strip()
                if "mimetype" in names
                else ""
            )
    except (
        zipfile.BadZipFile,
        OSError,
        ValueError,
        NotImplementedError,
        EOFError,
        RuntimeError,
        zlib.error,
    ) as err:
        raise ParseError("damaged: its ZIP directory cannot be read") from err
    by_type = {media_type: name for name, media_type in MEDIA_TYPES.items()}
    if declared.removesuffix("-template") in by_type:
        return by_type[declared.removesuffix("-template")]
    parts = (("word/document.xml", "docx"), ("xl/workbook.bin", "xlsb"), ("xl/workbook.xml", "xlsx"))
    for part, name in (*parts, ("ppt/presentation.xml", "pptx"), ("META-INF/container.xml", "epub")):
        if part in names:
            return name
    return "zip"


def _ole_format(data: bytes) -> str:
    for stream, name in _OLE_STREAMS:
        if stream.encode("utf-16-le") + b"\0\0" in data:
            if name == "encrypted":
                raise ParseError("encrypted")
            return name
    raise ParseError("an OLE file of an unknown kind")
