"""English sentences to their grammar and names: spaCy with the catalogued pipeline.

Owns the adapter and nothing of what is done with a parse. English only.
Use: `next(EnglishParser.load("en-core-web-sm").parse(["Ana founded Fern in 1998."])).names`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from vademecum.models.catalog import find_model
from vademecum.models.pull import Progress, ensure_model
from vademecum.text.parsed import Parsed, Word

_BATCH = 64


class EnglishParser:
    """Reads sentences one by one.

    Attributes:
        version: What made a parse: model name and hash.
    """

    def __init__(self, pipeline: Language, version: str) -> None:
        self._pipeline = pipeline
        self.version = version

    @classmethod
    def load(cls, name: str, *, progress: Progress | None = None) -> Self:
        """Load a catalogued pipeline, pulling its weights on first use.

        Raises:
            ConfigError: No such model.
            WeightsError: The weights cannot be had or are wrong.
        """
        entry = find_model(name)
        return cls(spacy.load(ensure_model(entry, progress=progress)), entry.version)

    def parse(self, sentences: Sequence[str]) -> Iterator[Parsed]:
        """Yield each sentence with its words, in order; offsets count its characters."""
        for sentence, doc in zip(sentences, self._pipeline.pipe(sentences, batch_size=_BATCH), strict=True):
            yield Parsed(text=sentence, words=_words(doc))


def _words(doc: Doc) -> tuple[Word, ...]:
    return tuple(
        Word(
            text=token.text,
            lemma=token.lemma_,
            pos=token.pos_,
            tag=token.tag_,
            dep=token.dep_,
            head=token.head.i,
            entity=token.ent_type_,
            begins=token.ent_iob_ == "B",
            start=token.idx,
            end=token.idx + len(token.text),
        )
        for token in doc
    )
