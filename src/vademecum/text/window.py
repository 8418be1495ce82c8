"""The part of a text that covers a question's terms best.

Use: `best_window(text, terms=analyse(question), weights={"refund": 3.1}, max_words=70)`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from vademecum.text.analyse import analyse
from vademecum.text.sentences import split_sentences


def best_window(text: str, *, terms: Collection[str], weights: Mapping[str, float], max_words: int) -> str:
    """Return the run of whole sentences that covers `terms` best, verbatim.

    Args:
        text: What to look through.
        terms: Analysed terms of the question.
        weights: Weight of each term, such as its idf; a term without one weighs nothing.
        max_words: Longest window, in words between white space; a sentence longer than that is
            cut at the limit.

    Returns:
        The text itself when it is short enough; of equally good windows the first, made as long
        as the limit allows.
    """
    if len(text.split()) <= max_words:
        return text
    wanted = set(terms)
    sentences = split_sentences(text)
    lengths = [len(text[start:end].split()) for start, end in sentences]
    found = [wanted.intersection(analyse(text[start:end])) for start, end in sentences]
    best_gain, best = -1.0, (0, 0)
    for first in range(len(sentences)):
        words, seen = 0, set[str]()
        for last in range(first, len(sentences)):
            words += lengths[last]
            if words > max_words and last > first:
                break
            seen |= found[last]
            gain = sum(weights.get(term, 0.0) for term in seen)
            if gain > best_gain + 1e-9 or (first == best[0] and gain > best_gain - 1e-9):
                best_gain, best = gain, (first, last)
    window = text[sentences[best[0]][0] : sentences[best[1]][1]]
    return window if len(window.split()) <= max_words else " ".join(window.split()[:max_words])
