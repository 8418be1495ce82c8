"""Misspelt words of a question, put right by the words of the collection.

A word is put right only when neither the collection nor the vocabulary of the embedding model knows it, and
a word of the collection is one slip of the hand away; of longer words two slips.
Not covered: slips that make another word, names the collection does not hold, languages with other letters.
Use: `correct("refnud period", weights=index.term_weights, is_word=is_word).text`.

Source: Damerau 1964, A technique for computer detection and correction of spelling errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from vademecum.text.analyse import analyse

Weights = Callable[[Sequence[str]], Mapping[str, float]]
"""How much each term tells passages apart; terms that no passage holds are left out."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"(?<![\w'\u2019@./-])[A-Za-z][a-z]{3,}(?![\w'\u2019@/-])(?!\.\w)")
_ONE_SLIP, _TWO_SLIPS = 4, 8
"""Letters a word has at least for one and for two slips."""
_MOST_WORDS = 4
"""Words that are put right in one question."""
_MOST_TRIED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """A question as it was probably meant.

    Attributes:
        text: The question.
        instead: What each misspelt word was put right to.
    """

    text: str
    instead: Mapping[str, str]


def correct(question: str, *, weights: Weights, is_word: Callable[[str], bool]) -> Corrected:
    """Return a question with its misspelt words put right.

    Args:
        question: As it was typed.
        weights: Knows the words of the collection by their stems.
        is_word: Says whether a word is one that everybody knows.
    """
    instead: dict[str, str] = {}
    for match in islice(_WORD.finditer(question), 200):
        word = match[0]
        stems = analyse(word)
        if word in instead or not stems or weights(stems) or is_word(word.lower()):
            continue
        right = _nearest(word.lower(), weights)
        if right:
            instead[word] = right.capitalize() if word[0].isupper() else right
        if len(instead) >= _MOST_WORDS:
            break
    text = _WORD.sub(lambda found: instead.get(found[0], found[0]), question) if instead else question
    return Corrected(text=text, instead=instead)


def _nearest(word: str, weights: Weights) -> str:
    """Return the commonest word of the collection that is few slips away; empty for none."""
    if len(word) < _ONE_SLIP:
        return ""
    once = list(dict.fromkeys(_slips(word)))
    found = _commonest(word, once, weights)
    if found or len(word) < _TWO_SLIPS:
        return found
    near = [*_drops_and_swaps(word), *_doubled(word)]
    twice = (again for one in near for again in _slips(one))
    return _commonest(word, list(islice(dict.fromkeys(twice), _MOST_TRIED)), weights)


def _commonest(word: str, tried: Sequence[str], weights: Weights) -> str:
    """Return the tried word whose stem the collection holds most often; first letters are seldom wrong."""
    stems = {one: stem[0] for one in tried if len(stem := analyse(one)) == 1}
    known = weights(list(dict.fromkeys(stems.values())))
    held = [one for one, stem in stems.items() if stem in known]
    return min(held, key=lambda one: (one[0] != word[0], known[stems[one]]), default="")


def _slips(word: str) -> Iterator[str]:
    """Yield what one slip makes of a word: letters swapped, left out, put in or mistaken."""
    yield from _drops_and_swaps(word)
    for at in range(len(word) + 1):
        for letter in _LETTERS:
            yield word[:at] + letter + word[at:]
            if at < len(word):
                yield word[:at] + letter + word[at + 1 :]


def _drops_and_swaps(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]


def _doubled(word: str) -> Iterator[str]:
    yield from (word[:at] + word[at] + word[at:] for at in range(len(word)))
