"""METEOR: words matched exactly, by stem and by WordNet synonym, in order.

WordNet is used where NLTK finds its corpus (`python -m nltk.downloader wordnet`); nothing is
downloaded here. Figures with and without it do not compare; the note says which they are. NLTK looks
up synonyms of stems, so a word whose stem is no word ("automobil") finds none.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from nltk.corpus import wordnet
from nltk.stem.api import StemmerI
from nltk.stem.porter import PorterStemmer
from nltk.tokenize import wordpunct_tokenize
from nltk.translate.meteor_score import meteor_score

from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair

_NO_WORDNET = "WordNet is not installed: exact words and stems only, no synonyms."


class _Stemmer(StemmerI):  # type: ignore[misc]
    """Porter's stems, each worked out once."""

    stem = staticmethod(lru_cache(maxsize=50_000)(PorterStemmer().stem))


class _NoSynonyms:
    """Stands in for WordNet where it is missing."""

    def synsets(self, word: str) -> list[Any]:
        return []


def find_wordnet() -> Any | None:
    """Return NLTK's WordNet reader, or None where its corpus is missing or incomplete."""
    try:
        wordnet.ensure_loaded()
    except (LookupError, OSError):
        return None
    return wordnet


def _meteor(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    found = find_wordnet()
    synonyms = _NoSynonyms() if found is None else found
    stemmer = _Stemmer()
    items = (
        meteor_score(
            [wordpunct_tokenize(one) for one in given],
            wordpunct_tokenize(pair.prediction),
            stemmer=stemmer,
            wordnet=synonyms,
        )
        if (given := pair.written_references)
        else None
        for pair in pairs
    )
    return Measured.mean_of(items, note=_NO_WORDNET if found is None else "With WordNet synonyms.")


METEOR = Metric(
    name="meteor",
    about="Words matched by form, stem or synonym, in order, best reference, 0 to 1 (NLTK's METEOR).",
    better="higher",
    references=True,
    measure=_meteor,
)
