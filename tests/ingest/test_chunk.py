"""Chunks are spans of their document, within the limit, under their headings."""

import itertools
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from vademecum.ingest.chunk import chunk_document
from vademecum.values import Block, Document, Location

LIMIT = 40


def count_words(texts):
    return [len(re.findall(r"\w{1,8}|[^\w\s]", text)) for text in texts]


def build(parts, title="Title"):
    """Make a document of (kind, text, heading path) blocks."""
    text, blocks = "", []
    for kind, body, heading in parts:
        start = len(text)
        text += body
        header_end = start + len(body.split("\n")[0]) + 1 if kind == "table" else 0
        blocks.append(
            Block(
                kind=kind,
                start=start,
                end=start + len(body),
                level=1 if kind == "heading" else 0,
                header_end=min(header_end, start + len(body)),
                location=Location(heading=heading, line=text.count("\n", 0, start) + 1),
            )
        )
        text += "\n\n"
    return Document(source="d", title=title, text=text, blocks=tuple(blocks))


word = st.text(alphabet="abcdefg .é漢\t-", min_size=1, max_size=30)
body = st.lists(word, min_size=1, max_size=40).map("".join).filter(str.strip)
row = st.lists(st.text(alphabet="abc1 ", min_size=1, max_size=12).filter(str.strip), min_size=2, max_size=4)
table = st.lists(row.map(" | ".join), min_size=1, max_size=30).map("\n".join)
part = st.one_of(
    st.tuples(st.just("paragraph"), body, st.just(("A",))),
    st.tuples(st.just("heading"), word.filter(str.strip), st.just(())),
    st.tuples(st.just("code"), body, st.just(("A", "B"))),
    st.tuples(st.just("table"), table, st.just(("A",))),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(part, max_size=8))
def test_chunks_are_exact_spans_within_the_limit(parts) -> None:
    document = build(parts)
    chunks = chunk_document(document, count_tokens=count_words, max_tokens=LIMIT)
    assert [chunk.ordinal for chunk in chunks] == list(range(len(chunks)))
    for chunk in chunks:
        assert document.text[chunk.start : chunk.end] == chunk.text
        assert chunk.text.strip()
        assert count_words([chunk.passage])[0] + 2 <= LIMIT or len(chunk.text) == 1
    for left, right in itertools.pairwise(chunks):
        assert left.end <= right.start


@settings(max_examples=150, deadline=None)
@given(st.lists(part, max_size=8))
def test_no_visible_character_of_a_body_is_lost(parts) -> None:
    document = build(parts)
    chunks = chunk_document(document, count_tokens=count_words, max_tokens=LIMIT)
    held = {at for chunk in chunks for at in range(chunk.start, chunk.end)}
    for block in document.blocks:
        if block.kind != "heading":
            visible = (at for at in range(block.start, block.end) if not document.text[at].isspace())
            assert all(at in held for at in visible)


def test_headings_are_context_and_never_text() -> None:
    parts = [("heading", "Returns", ()), ("paragraph", "Within 30 days.", ("Returns",))]
    (chunk,) = chunk_document(build(parts, title="Handbook"), count_tokens=count_words, max_tokens=LIMIT)
    assert (chunk.context, chunk.text) == ("Handbook > Returns", "Within 30 days.")


def test_heading_with_nothing_below_is_kept() -> None:
    parts = [("heading", "Empty", ()), ("heading", "Full", ()), ("paragraph", "Text.", ("Full",))]
    chunks = chunk_document(build(parts), count_tokens=count_words, max_tokens=LIMIT)
    assert [chunk.text for chunk in chunks] == ["Empty", "Text."]


def test_every_chunk_of_a_long_table_knows_its_header_once() -> None:
    rows = ["Name | Price"] + [f"thing{number} | {number}" for number in range(60)]
    chunks = chunk_document(
        build([("table", "\n".join(rows), ())]), count_tokens=count_words, max_tokens=LIMIT
    )
    assert len(chunks) > 3
    assert all(chunk.passage.count("Name | Price") == 1 for chunk in chunks)
    assert all(
        re.fullmatch(r"thing\d+ \| \d+", line) for chunk in chunks[1:] for line in chunk.text.split("\n")
    )


def test_table_rows_keep_their_cells_and_lines() -> None:
    rows = ["Name | Price"] + [f"thing{number} | {number}" for number in range(60)]
    document = build([("table", "\n".join(rows), ())])
    place = Location(sheet="Prices", cells="B4:C64", line=1)
    block = document.blocks[0]
    located = Document(
        source="d",
        text=document.text,
        blocks=(Block(kind="table", start=block.start, end=block.end, header_end=13, location=place),),
    )
    chunks = chunk_document(located, count_tokens=count_words, max_tokens=LIMIT)
    second = chunks[1].location
    first_row = int(re.match(r"thing(\d+)", chunks[1].text)[1])
    assert second.cells == f"B{first_row + 5}:C{first_row + 4 + chunks[1].text.count('|')}"
    assert second.line == first_row + 2


def test_a_text_without_spaces_is_cut() -> None:
    chunks = chunk_document(
        build([("paragraph", "x" * 5_000, ())]), count_tokens=count_words, max_tokens=LIMIT
    )
    assert "".join(chunk.text for chunk in chunks) == "x" * 5_000
