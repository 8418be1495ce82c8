"""Queries as people type them, from passages in which nothing can be asked for by name.

A topic is a noun with what stands beside and below it: "lift of a wing in a slipstream". The rarest one of a
passage, by its words among all passages, is its query.

Use: `topic_pairs(windows, parse=parser.parse, group_of=group_of)`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from vademecum.improve.passage_of import Window
from vademecum.text.analyse import analyse
from vademecum.text.parsed import Parse, Parsed, Word
from vademecum.text.sentences import split_sentences
from vademecum.train.datasets.found import digest
from vademecum.values import PairExample

_SENTENCES = 6
_WORDS = range(2, 11)
_LEAST_TERMS = 2
_BELOW = frozenset(("amod", "compound", "nmod", "nummod", "prep", "pobj", "pcomp", "det", "poss", "advmod"))
_NOUNS = frozenset(("NOUN", "PROPN"))


def topic_pairs(
    windows: Sequence[Window],
    *,
    parse: Parse,
    group_of: Callable[[Window], str],
    on_pair: Callable[[int, int], None] | None = None,
) -> list[PairExample]:
    """Return a pair of topic and passage for each window that has a topic.

    Args:
        windows: Passages; their words say what is rare.
        parse: Reads sentences.
        group_of: What must not be split.
        on_pair: Told (done, of) windows.
    """
    found_in = Counter(term for window in windows for term in set(analyse(window.text)))

    def rarity(phrase: str) -> float:
        terms = set(analyse(phrase))
        if len(terms) < _LEAST_TERMS:
            return 0.0
        rare = sum(math.log((1 + len(windows)) / (1 + found_in[term])) for term in terms)
        return rare / math.sqrt(len(terms))

    pairs = []
    for done, window in enumerate(windows, 1):
        text = " ".join(window.text.split())
        sentences = [text[start:end] for start, end in split_sentences(text)[:_SENTENCES]]
        phrases = [phrase for one in parse(sentences) for phrase in _phrases(one)]
        best = max(phrases, key=rarity, default="")
        if best and rarity(best) > 0:
            pairs.append(
                PairExample(
                    id=f"topic-{digest(window.text)}",
                    group=group_of(window),
                    query=best,
                    positive=window.text,
                    origin="made",
                )
            )
        if on_pair is not None:
            on_pair(done, len(windows))
    return pairs


def _phrases(sentence: Parsed) -> Iterator[str]:
    """Yield the noun phrases of a sentence with the prepositions below them, without a leading article."""
    words = sentence.words
    for index, word in enumerate(words):
        if word.pos in _NOUNS and word.dep != "compound":
            inside = [at for at in range(len(words)) if _hangs_on(words, at, index)]
            first, last = _run(inside, index)
            while first < index and words[first].pos in ("DET", "PRON"):
                first += 1
            if last - first + 1 in _WORDS:
                yield sentence.text[words[first].start : words[last].end]


def _hangs_on(words: Sequence[Word], at: int, top: int) -> bool:
    """Say whether a word belongs to the phrase of the noun at `top`."""
    while at != top:
        if words[at].dep not in _BELOW or words[at].head == at:
            return False
        at = words[at].head
    return True


def _run(inside: Sequence[int], index: int) -> tuple[int, int]:
    """Return the first and last of the neighbours around `index` without a gap."""
    known = set(inside)
    first = last = index
    while first - 1 in known:
        first -= 1
    while last + 1 in known:
        last += 1
    return first, last
