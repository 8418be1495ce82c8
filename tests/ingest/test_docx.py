"""Word files keep the characters that XML escapes."""

import io
import zipfile
from pathlib import Path

import pytest

from vademecum.errors import ParseError
from vademecum.ingest.parsers.parse import parse_file

CONTRACT = Path(__file__).resolve().parents[2] / "examples" / "documents" / "contract.docx"


def test_escaped_characters_survive() -> None:
    (document,) = parse_file(CONTRACT).documents
    assert "Alder & Finch" in document.text


def test_damaged_archive_is_named(tmp_path: Path) -> None:
    data = bytearray(CONTRACT.read_bytes())
    with zipfile.ZipFile(CONTRACT) as archive:
        start = archive.getinfo("word/document.xml").header_offset + 60
    data[start : start + 200] = bytes(200)
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(ParseError, match="damaged"):
        parse_file(tmp_path / "a.docx")


def test_every_way_of_escaping_is_read(tmp_path: Path) -> None:
    body = "R&amp;D &#38; &#x26; 5 &lt; 6 &gt; &#60;4&#x3E; &amp;lt;"
    stream = io.BytesIO()
    with zipfile.ZipFile(CONTRACT) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                start, end = content.index(b"<w:body>") + 8, content.rindex(b"<w:sectPr")
                paragraph = f"<w:p><w:r><w:t>{body}</w:t></w:r></w:p>".encode()
                content = content[:start] + paragraph + content[end:]
            new.writestr(name, content)
    path = tmp_path / "a.docx"
    path.write_bytes(stream.getvalue())
    (document,) = parse_file(path).documents
    assert document.text == "R&D & & 5 < 6 > <4> &lt;"
