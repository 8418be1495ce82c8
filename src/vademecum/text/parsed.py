"""A sentence with its grammar: words, their heads, and the names in it; plain data of no library.

Owns the value; making it belongs to `models/parse.py`.
Use: `parsed.phrase(parsed.root)` gives the words below the main verb.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word or punctuation mark.

    Attributes:
        text: As written.
        lemma: Its dictionary form.
        pos: Universal part of speech, such as "NOUN".
        tag: Penn Treebank tag, such as "VBD".
        dep: Its relation to its head, such as "nsubj"; "ROOT" for the head of the sentence.
        head: Position of its head in the sentence.
        entity: Type of the name it belongs to, such as "PERSON"; empty for none.
        begins: Whether it is the first word of that name.
        start: First character in the sentence.
        end: One past the last character.
    """

    text: str
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    entity: str
    begins: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """The words `[first, last]` of a sentence that name something.

    Attributes:
        first: Position of its first word.
        last: Position of its last word.
        type: What it names, such as "PERSON", "ORG", "GPE", "DATE", "CARDINAL".
        text: As written.
    """

    first: int
    last: int
    type: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A sentence and its words.

    Attributes:
        text: The sentence.
        words: In order; a word's `head` is a position in it.
    """

    text: str
    words: tuple[Word, ...]

    @cached_property
    def roots(self) -> tuple[int, ...]:
        """Positions of the words without a head; several when the parser sees several sentences."""
        return tuple(at for at, word in enumerate(self.words) if word.dep == "ROOT")

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """What is named in the sentence, in order."""
        found = []
        for first, word in enumerate(self.words):
            if word.entity and word.begins:
                last = first
                while last + 1 < len(self.words) and self.words[last + 1].entity == word.entity:
                    if self.words[last + 1].begins:
                        break
                    last += 1
                found.append(Name(first=first, last=last, type=word.entity, text=self.span(first, last)))
        return tuple(found)

    @cached_property
    def _children(self) -> tuple[tuple[int, ...], ...]:
        below: list[list[int]] = [[] for _ in self.words]
        for at, word in enumerate(self.words):
            if word.head != at:
                below[word.head].append(at)
        return tuple(map(tuple, below))

    def children(self, at: int, *deps: str) -> list[int]:
        """Return the words right below one, in order; with `deps`, those of these relations."""
        return [child for child in self._children[at] if not deps or self.words[child].dep in deps]

    def below(self, at: int) -> Iterator[int]:
        """Yield a word and everything below it, in no order."""
        yield at
        for child in self._children[at]:
            yield from self.below(child)

    def phrase(self, at: int) -> tuple[int, int]:
        """Return the first and last position of everything below a word."""
        every = list(self.below(at))
        return min(every), max(every)

    def span(self, first: int, last: int) -> str:
        """Return the characters from one word to another, both included."""
        return self.text[self.words[first].start : self.words[last].end]


Parse = Callable[[Sequence[str]], Iterator[Parsed]]
"""Turns sentences into parsed ones, in their order."""
