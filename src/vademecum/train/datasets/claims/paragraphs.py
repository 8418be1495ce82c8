"""Paragraphs that claims are made from, and their sentences with grammar.

Use: `read_sentences(paragraphs, parse=parser.parse)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from vademecum.text.parsed import Parse, Parsed
from vademecum.text.sentences import split_sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of an article.

    Attributes:
        id: Its name in the data.
        group: The article; all claims of it stay in one split.
        title: What the article is about.
        text: The paragraph on one line.
    """

    id: str
    group: str
    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """A paragraph with its parsed sentences.

    Attributes:
        paragraph: The paragraph.
        sentences: In order.
    """

    paragraph: Paragraph
    sentences: tuple[Parsed, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word, folded."""
        return frozenset(word.text.casefold() for one in self.sentences for word in one.words)

    @property
    def about(self) -> str:
        """Name of what a pronoun at the start of a sentence means; empty when that is not sure.

        It is sure in a paragraph that begins by saying what the article is about.
        """
        name = self.paragraph.title.partition(" (")[0]
        opening = self.sentences[0].text if self.sentences else ""
        begins = bool(name) and opening[: len(name)] == name
        return name if begins and any(word in opening for word in (" is ", " was ")) else ""


def read_sentences(paragraphs: Sequence[Paragraph], *, parse: Parse) -> Iterator[Told]:
    """Yield each paragraph with its sentences, in order."""
    texts = [[one.text[start:end] for start, end in split_sentences(one.text)] for one in paragraphs]
    parsed = parse([sentence for sentences in texts for sentence in sentences])
    for paragraph, sentences in zip(paragraphs, texts, strict=True):
        yield Told(paragraph=paragraph, sentences=tuple(next(parsed) for _ in sentences))
