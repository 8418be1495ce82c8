"""Turns the bytes of a text file into characters.

Use: `decode_text(data)`; the order is byte-order mark, UTF-8, zero-byte pattern, declared charset,
statistics.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from vademecum.errors import ParseError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([A-Za-z0-9_.:-]{3,20})")
_CONTROLS = bytes(set(range(32)) - {8, 9, 10, 12, 13, 27})
_SAMPLE = 65_536
_LATIN_TWINS = ("cp1250", "cp1257")
_LEGACY = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1255", "cp1256", "cp1257", "koi8_r"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
_CONTROL_SHARE = 0.03
_UTF8_CONTROL_SHARE = 0.1


def decode_text(data: bytes, *, declared: str | None = None) -> str:
    """Return the characters of a text file.

    Args:
        data: The whole file.
        declared: Encoding that the transport names, such as a mail's charset.

    Raises:
        ParseError: The bytes are not a text in any likely encoding.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text and not _is_binary(data, share=_UTF8_CONTROL_SHARE):
        return text
    for encoding in _candidates(data, declared):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    if _is_binary(data):
        raise ParseError("not a readable text")
    return data.decode(_likeliest(data[:_SAMPLE]), "replace")


def _likeliest(sample: bytes) -> str:
    """Return the encoding that statistics favour; Western European where another Latin one is no better."""
    matches = from_bytes(sample, cp_isolation=_LEGACY)
    best = matches.best()
    if best is None:
        return "cp1252"
    western = next((match for match in matches if match.encoding == "cp1252"), best)
    is_tie = best.encoding in _LATIN_TWINS and western.coherence >= best.coherence
    return western.encoding if is_tie else best.encoding


def _candidates(data: bytes, declared: str | None) -> list[str]:
    """Return encodings that the zero bytes or a declaration suggest, likeliest first."""
    wide = _wide_encoding(data[:_SAMPLE])
    if wide:
        return [wide]
    if _is_binary(data):
        return []
    match = _DECLARED.search(data[:2048])
    named = [match.group(1).decode("ascii")] if match else []
    return [*([declared] if declared else []), *named]


def _wide_encoding(sample: bytes) -> str | None:
    """Return the UTF-16 or UTF-32 flavour that the places of the zero bytes tell, for mostly Latin text."""
    quarter = len(sample) // 4
    if quarter < 2:
        return None
    zeros = [sample[offset::4].count(0) / quarter for offset in range(4)]
    if zeros[0] < 0.1 and min(zeros[1:]) > 0.9:
        return "utf-32-le"
    if zeros[3] < 0.1 and min(zeros[:3]) > 0.9:
        return "utf-32-be"
    if min(zeros[1], zeros[3]) > 0.6 and max(zeros[0], zeros[2]) < 0.2:
        return "utf-16-le"
    if min(zeros[0], zeros[2]) > 0.6 and max(zeros[1], zeros[3]) < 0.2:
        return "utf-16-be"
    return None


def _is_binary(data: bytes, *, share: float = _CONTROL_SHARE) -> bool:
    """Say whether more than `share` of the bytes are control characters; random bytes have 10%."""
    sample = data[:_SAMPLE]
    return len(sample) - len(sample.translate(None, _CONTROLS)) > share * len(sample)
