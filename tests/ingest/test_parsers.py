"""Every format becomes a text whose blocks point exactly into it, or a short true reason."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections import Counter
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from vademecum.errors import ParseError
from vademecum.ingest.parsers.builder import DocumentBuilder
from vademecum.ingest.parsers.limits import ParseLimits
from vademecum.ingest.parsers.parse import Parsed, parse_bytes, parse_file
from vademecum.ingest.parsers.rows import RowFields, guess_fields, read_rows
from vademecum.ingest.parsers.workbook import cell_name
from vademecum.values import Document, Failure


def parse(data: bytes | str, name: str, **limits: int) -> Parsed:
    raw = data.encode() if isinstance(data, str) else data
    parsed = parse_bytes(raw, name=name, limits=ParseLimits(**limits))
    for document in parsed.documents:
        check_blocks(document)
    return parsed


def parse_one(data: bytes | str, name: str, **limits: int) -> Document:
    (document,) = parse(data, name, **limits).documents
    return document


def check_blocks(document: Document) -> None:
    """Blocks are in order, without overlap, not blank, and survive JSON."""
    reached = 0
    for block in document.blocks:
        assert reached <= block.start < block.end <= len(document.text)
        assert document.text[block.start : block.end].strip()
        assert block.kind != "table" or block.start <= block.header_end <= block.end
        assert (block.level > 0) == (block.kind == "heading")
        reached = block.end
    document.text.encode("utf-8")
    assert Document.from_dict(json.loads(json.dumps(document.to_dict()))) == document


def texts(document: Document, kind: str) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == kind]


def zipped(members: dict[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def reason(data: bytes | str, name: str, **limits: int) -> str:
    with pytest.raises(ParseError) as caught:
        parse(data, name, **limits)
    return str(caught.value)


# Text whose stored form is the file itself


def test_plain_text_keeps_the_file_and_its_lines() -> None:
    document = parse_one("First line\r\nsecond\r\n\r\nThird after a gap\r\n", "a.txt")
    assert document.text == "First line\nsecond\n\nThird after a gap\n"
    assert texts(document, "paragraph") == ["First line\nsecond", "Third after a gap"]
    assert [block.location.line for block in document.blocks] == [1, 4]
    assert document.title == "a"


def test_unknown_ending_is_read_as_text() -> None:
    assert parse_one("just words", "notes.qqq").text == "just words"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-le", "latin-1"]
)
def test_encodings(encoding: str) -> None:
    text = "Café déjà vu, naïve façade, and some more words to judge by."
    assert parse_one(text.encode(encoding), "a.txt").text == text


def test_control_characters_go_and_text_is_composed() -> None:
    document = parse_one("a\0b so\u00adft ze\u200bro e\u0301\n" * 3, "a.txt")
    assert document.text == "ab soft zero é\n" * 3


def test_code_is_cut_between_its_units() -> None:
    document = parse_one("import os\n\ndef a():\n    x = 1\n\n    return x\n\ndef b(): ...\n", "a.py")
    assert texts(document, "code") == ["import os", "def a():\n    x = 1\n\n    return x", "def b(): ..."]
    assert [block.location.line for block in document.blocks] == [1, 3, 8]


def test_markdown_structure_and_lines() -> None:
    front = "---\ntitle: Birds\n---\n"
    table = "| x | y |\n|---|---|\n| 1 | 2 |"
    source = f"{front}# The *Duck*\n\nText.\n\n- a\n- b\n\n## Food\n\n{table}\n\n```\ncode\n```\n"
    document = parse_one(source, "a.md")
    assert document.text == source
    assert document.title == "Birds"
    assert texts(document, "heading") == ["# The *Duck*", "## Food"]
    assert texts(document, "list") == ["- a\n- b"]
    found = next(block for block in document.blocks if block.kind == "table")
    assert source[found.start : found.header_end] == "| x | y |\n|---|---|"
    assert found.location.heading == ("The Duck", "Food")
    assert found.location.line == 13


def test_csv_is_one_table_whatever_its_delimiter() -> None:
    document = parse_one('name;price\n"Duck; large";3\nGoose;4\n', "prices.csv")
    assert document.text == "name | price\nDuck; large | 3\nGoose | 4"
    (table,) = document.blocks
    assert document.text[: table.header_end] == "name | price"
    assert table.location.line == 1


# Structured formats


def test_html_blocks() -> None:
    document = parse_one(
        "<html lang=en><title>T</title><nav>menu</nav><h1>Birds</h1><p>Ducks <b>swim</b>.<script>x()</script>"
        "<ul><li>a<ul><li>b</ul><li>c</ul><h2>Prices</h2><table><tr><th>bird<th>eur<tr><td>duck<td>3</table>"
        "<pre>x = 1\n  y</pre>",
        "a.html",
    )
    assert document.text == "Birds\n\nDucks swim.\n\na\nb\nc\n\nPrices\n\nbird | eur\nduck | 3\n\nx = 1\n  y"
    assert [block.kind for block in document.blocks] == [
        "heading",
        "paragraph",
        "list",
        "heading",
        "table",
        "code",
    ]
    assert document.blocks[-1].location.heading == ("Birds", "Prices")
    assert document.title == "T"
    assert document.metadata == {"language": "en"}


def test_xml_records_become_paragraphs() -> None:
    document = parse_one(
        "<r><item><name>Duck</name><price>3</price></item><item><name>Goose</name></item></r>", "a.xml"
    )
    assert texts(document, "paragraph") == ["name: Duck\nprice: 3", "name: Goose"]


def test_mail_with_attachment() -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = "Offer", "a@example.org", "b@example.org"
    mail.set_content("Please find the prices attached.")
    mail.add_attachment(b"name,price\nduck,3\n", maintype="text", subtype="csv", filename="prices.csv")
    body, attached = parse(mail.as_bytes(), "offer.eml").documents
    assert body.title == "Offer"
    assert body.metadata["from"] == "a@example.org"
    assert "Please find the prices attached." in body.text
    assert attached.source == "offer.eml/prices.csv"
    assert attached.blocks[0].location.part == "prices.csv"


def test_archive_members_are_documents_and_failures() -> None:
    parsed = parse(zipped({"a.txt": "alpha", "b/c.md": "# Beta", "d.mp3": b"ID3 sound"}), "all.zip")
    assert [document.source for document in parsed.documents] == ["all.zip/a.txt", "all.zip/b/c.md"]
    assert parsed.failures == (Failure(path="all.zip/d.mp3", reason="audio is not supported"),)


def test_slides_have_their_numbers() -> None:
    schemas = "http://schemas.openxmlformats.org"
    spaces = (
        f'xmlns:a="{schemas}/drawingml/2006/main" xmlns:p="{schemas}/presentationml/2006/main" '
        f'xmlns:r="{schemas}/officeDocument/2006/relationships"'
    )
    text = "<a:p><a:r><a:t>{}</a:t></a:r></a:p>"
    shape = "<p:sp><p:nvSpPr><p:nvPr><p:ph type='{}'/></p:nvPr></p:nvSpPr>" + text + "</p:sp>"
    slide = f"<p:sld {spaces}><p:spTree>{{}}</p:spTree></p:sld>"
    relation = '<Relationship Id="{0}" Type="x/slide" Target="slides/{0}.xml"/>'
    document = parse_one(
        zipped(
            {
                "ppt/presentation.xml": f'<p:p {spaces}><p:sldId r:id="s2"/><p:sldId r:id="s1"/></p:p>',
                "ppt/_rels/presentation.xml.rels": f"<R>{relation.format('s1')}{relation.format('s2')}</R>",
                "ppt/slides/s1.xml": slide.format(shape.format("body", "Last")),
                "ppt/slides/s2.xml": slide.format(
                    shape.format("body", "Text") + shape.format("title", "First")
                ),
            }
        ),
        "talk.pptx",
    )
    assert document.text == "First\n\nText\n\nLast"
    assert [block.location.slide for block in document.blocks] == [1, 1, 2]
    assert document.blocks[1].location.heading == ("First",)


@pytest.mark.parametrize(
    ("cell", "name"), [((0, 0), "A1"), ((8, 25), "Z9"), ((0, 26), "AA1"), ((9, 701), "ZZ10")]
)
def test_cell_names(cell: tuple[int, int], name: str) -> None:
    assert cell_name(*cell) == name


# Refusals


def test_reasons_are_short_and_true() -> None:
    assert reason(b"", "a.txt") == "empty"
    assert reason(" \n\t\n", "a.txt") == "empty: only white space in it"
    assert reason(bytes(range(256)) * 40, "a.txt") == "not a readable text"
    assert reason(b"ID3\x04sound", "a.mp3") == "audio is not supported"
    assert reason(b"RIFF\0\0\0\0WAVEfmt ", "a.txt") == "audio is not supported"
    assert reason(b"%PDF-1.4\n%%EOF", "a.pdf") == "damaged: not a readable PDF file"
    assert reason(b"PK\x03\x04junk", "a.docx") == "damaged: its ZIP directory cannot be read"


def test_content_outranks_the_name() -> None:
    assert reason(b"%PDF-1.4\n%%EOF", "letter.txt") == "damaged: not a readable PDF file"
    assert parse_one("{\\rtf1 Hello duck.\\par}", "a.pdf").text == "Hello duck."


def test_limits_are_named() -> None:
    assert reason("word " * 100, "a.txt", max_chars=400) == "more than 400 characters of text"
    assert "400 characters" in reason("<p>" + "word " * 100, "a.html", max_chars=400)
    assert "members" in reason(zipped({f"{n}.txt": "x" for n in range(50)}), "a.zip", max_members=4)


def test_bombs_are_refused_unopened() -> None:
    assert "times its size" in reason(zipped({"a.txt": b"0" * 50_000_000}), "a.zip")
    assert "at most 1 MB" in reason(
        zipped({"word/document.xml": b"0" * 2_000_000}), "a.docx", max_unpacked_bytes=10**6
    )
    assert "more than 1 MB" in reason(gzip.compress(b"0" * 2_000_000), "a.gz", max_unpacked_bytes=10**6)
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
    assert (
        reason('<?xml version="1.0"?>' + laughs, "a.xml")
        == "defines the XML entity 'a', which is not allowed"
    )


def test_a_zip_that_lies_about_its_sizes_is_found_out() -> None:
    data = bytearray(zipped({"a.txt": b"0" * 3_000_000}))
    at = data.find(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    assert (
        parse(bytes(data), "a.zip", max_unpacked_bytes=10**6).failures[0].reason
        == "damaged: cannot be unpacked"
    )


def test_nested_archives_stop() -> None:
    data = zipped({"a.txt": "alpha"})
    for _ in range(6):
        data = zipped({"inner.zip": data})
    (failure,) = parse(data, "a.zip").failures
    assert failure.reason == "nested deeper than 4 files"


def test_deep_nesting_is_harmless() -> None:
    assert parse_one("<div>" * 20_000 + "duck", "a.html").text == "duck"
    assert parse_one("[" * 100_000, "a.json").text
    assert parse_one("> " * 5_000 + "duck", "a.md").text


def test_a_file_too_large_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x" * 2_000)
    with pytest.raises(ParseError, match="at most 0 MB are read"):
        parse_file(path, limits=ParseLimits(max_bytes=1_000))


# Pictures


def test_a_picture_is_read_with_its_boxes(tmp_path: Path) -> None:
    picture = Image.new("RGB", (900, 300), "white")
    font = ImageFont.load_default(size=42)
    ImageDraw.Draw(picture).text((40, 60), "The duck swims in the lake", fill="black", font=font)
    ImageDraw.Draw(picture).text((40, 120), "and eats green leaves", fill="black", font=font)
    picture.save(tmp_path / "a.png")
    (document,) = parse_file(tmp_path / "a.png").documents
    check_blocks(document)
    assert document.text == "The duck swims in the lake\nand eats green leaves"
    left, top, right, bottom = document.blocks[0].location.box or (1, 1, 0, 0)
    assert 0 <= left < 0.1 < right < 1
    assert 0.1 < top < 0.4 < bottom < 0.7
    assert document.blocks[0].location.page == 1


def test_blank_and_switched_off_pictures(tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), "white").save(tmp_path / "a.png")
    with pytest.raises(ParseError, match="no text found in the picture"):
        parse_file(tmp_path / "a.png")
    with pytest.raises(ParseError, match="OCR is switched off"):
        parse_file(tmp_path / "a.png", ocr=False)


def test_picture_limit(tmp_path: Path) -> None:
    Image.new("1", (4_000, 4_000)).save(tmp_path / "a.png")
    with pytest.raises(ParseError, match="at most 1000000 pixels"):
        parse_file(tmp_path / "a.png", limits=ParseLimits(max_pixels=1_000_000))


# Rows


def test_jsonl_rows_and_their_failures(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(
        '{"_id": "a", "title": "Duck", "text": "One.\\n\\nTwo.", "year": 1999}\n'
        "{broken\n"
        '{"_id": "b", "text": "No title."}\n\n'
        '{"_id": "a", "text": "again"}\n'
        '{"_id": "c", "title": "Only a title", "text": ""}\n'
        '{"_id": "d"}\n'
        '{"_id": "e", "title": "", "text": ""}\n'
    )
    fields = RowFields(id="_id", title="title", text="text")
    assert guess_fields(path) == fields
    found = list(read_rows(path, fields=fields))
    documents = [item for item in found if isinstance(item, Document)]
    assert [(document.source, document.title, document.text) for document in documents] == [
        ("a", "Duck", "One.\n\nTwo."),
        ("b", "", "No title."),
        ("c", "Only a title", "Only a title"),
    ]
    assert documents[0].metadata == {"year": 1999}
    assert [block.location.line for block in documents[0].blocks] == [1, 1]
    failures = {
        item.path.rpartition(", line ")[2]: item.reason for item in found if isinstance(item, Failure)
    }
    assert failures.keys() == {"2", "5", "7", "8"}
    assert failures["2"].startswith("not valid JSON")
    assert failures["5"] == "duplicate id 'a', first in line 1"
    assert failures["7"] == "no field 'text'"


def test_gzipped_and_tabular_rows(tmp_path: Path) -> None:
    packed = tmp_path / "rows.jsonl.gz"
    packed.write_bytes(gzip.compress(b'{"text": "alpha"}\n'))
    (row,) = read_rows(packed, fields=RowFields(text="text"))
    assert isinstance(row, Document)
    assert row.source == "rows.jsonl.gz:1"
    table = tmp_path / "rows.csv"
    table.write_text('id,body\n1,"two\nlines"\n2,beta\n')
    rows = list(read_rows(table, fields=RowFields(id="id", text="body")))
    assert [
        (row.source, row.text, row.blocks[0].location.line) for row in rows if isinstance(row, Document)
    ] == [
        ("1", "two\nlines", 2),
        ("2", "beta", 4),
    ]


def test_a_wrong_field_name_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"id": 1, "text": "x"}\n' * 3)
    with pytest.raises(ParseError, match="no field 'txet' in its first row, which has: id, text"):
        list(read_rows(path, fields=RowFields(text="txet")))
    path.write_text("\n")
    with pytest.raises(ParseError, match="empty"):
        list(read_rows(path, fields=RowFields(text="text")))


# Properties

_WORDS = st.text(max_size=40)
_PIECES = st.one_of(
    st.tuples(st.just("heading"), _WORDS, st.integers(0, 9)),
    st.tuples(st.just("paragraph"), _WORDS),
    st.tuples(st.just("items"), st.lists(_WORDS, max_size=4)),
    st.tuples(st.just("code"), _WORDS),
    st.tuples(st.just("table"), st.lists(st.lists(_WORDS, max_size=4), max_size=4)),
)


@given(st.lists(_PIECES, max_size=12))
def test_any_structure_gives_exact_blocks(pieces: list[tuple[str, ...]]) -> None:
    builder = DocumentBuilder()
    for kind, content, *level in pieces:
        getattr(builder, kind)(content, **({"level": level[0]} if level else {}))
    if builder.blocks:
        document = builder.build(source="a", media_type="text/plain")
        check_blocks(document)
        assert document.text == "\n\n".join(
            document.text[block.start : block.end] for block in document.blocks
        )


@given(
    st.text(max_size=300),
    st.sampled_from(["a.txt", "a.md", "a.csv", "a.html", "a.py", "a.json", "a.xml", "a.eml"]),
)
def test_any_text_is_read_or_refused(text: str, name: str) -> None:
    try:
        parse(text.encode("utf-8", "replace"), name)
    except ParseError as error:
        assert 0 < len(str(error)) < 200


# Real files


def test_real_files(shared_data: Path) -> None:
    """Without OCR: every file with text is read, every other one has its own reason."""
    folder = shared_data / "documents"
    reasons: Counter[str] = Counter()
    read = 0
    for line in (folder / "manifest.jsonl").read_text().splitlines():
        entry = json.loads(line)
        try:
            parsed = parse_file(folder / entry["file"], source=entry["file"], ocr=False)
        except ParseError as error:
            reasons[str(error)] += 1
            continue
        read += 1
        for document in parsed.documents:
            check_blocks(document)
        if "expected" in entry and entry["file"] not in _PARTLY_READ:
            expected = (folder / entry["expected"]).read_text()
            assert _recall(expected, parsed) > 0.8, entry["file"]
    assert read == 96
    assert reasons == {
        "a picture, and OCR is switched off": 10,
        "scanned pages without text, and OCR is switched off": 10,
        "encrypted": 8,
        "audio is not supported": 4,
        "empty": 2,
        "no text in it": 1,
        "damaged: not a readable PDF file": 1,
    }


# Numbers that Word counts itself, and comments on slides, are not read.
_PARTLY_READ = {"docx/do_unit_test_headers_numbered.docx", "pptx/do_powerpoint_comments.pptx"}


def _recall(expected: str, parsed: Parsed) -> float:
    wanted = Counter(re.findall(r"\w+", re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", expected).lower()))
    found = Counter(re.findall(r"\w+", " ".join(document.text for document in parsed.documents).lower()))
    return (wanted & found).total() / wanted.total()


def test_workbook_cells_are_true(shared_data: Path) -> None:
    path = shared_data / "documents" / "ods" / "do_odf_table_with_title_01.ods"
    (document,) = parse_file(path).documents
    table = next(block for block in document.blocks if block.kind == "table")
    assert (table.location.sheet, table.location.cells) == ("Sheet1", "B4:C10")
    assert document.text[table.start : table.header_end] == "Year | Freshwater Ducks"


def test_a_scan_is_read(shared_data: Path) -> None:
    (document,) = parse_file(shared_data / "documents" / "pdf" / "do_ocr_test_rotated_90.pdf").documents
    assert "Docling bundles PDF document conversion" in document.text.replace("\n", " ")
    assert document.blocks[0].location.page == 1
