"""The sentences of a collection with their grammar: what questions are made from.

Owns which sentences stand by themselves; what is asked of them belongs to the kinds.
Use: `read_passages(documents, parse=parser.parse, limit=4000)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vademecum.text.parsed import Name, Parse, Parsed
from vademecum.text.sentences import split_sentences
from vademecum.values import Document, Evidence

_BESIDE_NAMES = frozenset(("the", "mr", "mrs", "ms", "dr", "sir", "and", "or"))
_PROSE = ("paragraph", "list")
_LEAST_WORDS, _MOST_WORDS = 5, 34
_NUMBERING = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}\.|\(\w{1,3}\)|\w\)|[-*•▪◦\u2013·])\s+(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A parsed sentence in its place.

    Attributes:
        document: Where it stands.
        start: First character in the stored text.
        end: One past the last.
        parsed: Its words.
        order: Position among the document's sentences, from 0.
    """

    document: Document
    start: int
    end: int
    parsed: Parsed
    order: int

    @property
    def text(self) -> str:
        """The sentence on one line; as long as in the stored text."""
        return self.parsed.text

    @property
    def evidence(self) -> Evidence:
        """The sentence as a quote."""
        return quote(self.document, self.start, self.end)

    def follows(self, other: Passage) -> bool:
        """Say whether it stands right behind another sentence."""
        same = self.document.id == other.document.id and other.end <= self.start
        return same and not self.document.text[other.end : self.start].strip()

    def full_name(self, name: Name) -> bool:
        """Say whether a name is a phrase of its own, and not part of a longer one."""
        words = self.parsed.words
        last = words[name.last]
        if (
            last.dep in ("compound", "poss", "amod", "nmod", "quantmod", "appos", "conj")
            or last.pos != "PROPN"
        ):
            return False
        around = [at for at in self.parsed.children(name.last) if not name.first <= at <= name.last]
        return all(words[at].text.lower() in _BESIDE_NAMES or words[at].dep == "punct" for at in around)


def quote(document: Document, start: int, end: int) -> Evidence:
    """Return the characters `[start, end)` of a document as evidence."""
    return Evidence(
        document=document.source,
        document_id=document.id,
        start=start,
        end=end,
        quote=document.text[start:end],
    )


def read_passages(documents: Sequence[Document], *, parse: Parse, limit: int) -> list[Passage]:
    """Parse the sentences of documents, in their order, until there are `limit` of them."""
    places: list[tuple[Document, int, int, int]] = []
    for document in documents:
        if len(places) >= limit:
            break
        places += [(document, start, end, order) for order, (start, end) in enumerate(_spans(document))]
    texts = [re.sub(r"\s", " ", document.text[start:end]) for document, start, end, _ in places]
    return [
        Passage(document=document, start=start, end=end, order=order, parsed=parsed)
        for (document, start, end, order), parsed in zip(places, parse(texts), strict=True)
    ]


def _spans(document: Document) -> Iterator[tuple[int, int]]:
    """Yield the whole sentences of a document's prose."""
    blocks = [(block.start, block.end) for block in document.blocks if block.kind in _PROSE]
    for begin, stop in blocks or ([] if document.blocks else [(0, len(document.text))]):
        for start, end in split_sentences(document.text[begin:stop]):
            numbered = _NUMBERING.match(document.text, begin + start, begin + end)
            start = numbered.end() - begin if numbered else start
            text = document.text[begin + start : begin + end]
            if _LEAST_WORDS <= len(text.split()) <= _MOST_WORDS and _is_plain(text):
                yield begin + start, begin + end


def _is_plain(text: str) -> bool:
    """Say whether a text looks like one whole sentence without quotations, lists or markup."""
    return (
        re.match(r"[A-Z0-9$£€]", text) is not None
        and text.endswith(".")
        and not re.search(r"[\"“”\u2018«»\[\]{}|_*<>;:=~#\\]|\.\.|--| - |\n\s*\n|https?|@", text)
        and text.upper() != text
    )
