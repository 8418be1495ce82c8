"""How a text relates to what it was made from: new words, shortening, copied stretches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial

from vademecum.evaluate.metrics.words import ngrams, words
from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair


def novelty(source: Sequence[str], text: Sequence[str], *, n: int) -> float | None:
    """Return the share of a text's different n-grams that the source lacks; None if it has none."""
    own = set(ngrams(text, n))
    return len(own - set(ngrams(source, n))) / len(own) if own else None


def compression(source: Sequence[str], text: Sequence[str]) -> float | None:
    """Return words of the source over words of the text; None for a text without words."""
    return len(source) / len(text) if text else None


def fragments(source: Sequence[str], text: Sequence[str]) -> list[int]:
    """Return the lengths of the stretches of a text that are copied from its source, in order.

    Source: Grusky et al. 2018, figure 3: the search goes on behind each match, so of two matches
    that overlap in the source it sees the first.
    """
    places = defaultdict(list)
    for at, token in enumerate(source):
        places[token].append(at)
    found, start = [], 0
    while start < len(text):
        longest = behind = 0
        for at in places.get(text[start], ()):
            if at < behind:
                continue
            length = _run(source, at, text, start)
            longest, behind = max(longest, length), at + length
        if longest:
            found.append(longest)
        start += max(longest, 1)
    return found


def _run(source: Sequence[str], at: int, text: Sequence[str], start: int) -> int:
    length = 0
    most = min(len(source) - at, len(text) - start)
    while length < most and source[at + length] == text[start + length]:
        length += 1
    return length


def coverage(source: Sequence[str], text: Sequence[str]) -> float | None:
    """Return the share of a text's words that lie in copied stretches; None without words."""
    return sum(fragments(source, text)) / len(text) if text else None


def density(source: Sequence[str], text: Sequence[str]) -> float | None:
    """Return the mean length of the copied stretch that a word lies in; None without words."""
    return sum(length * length for length in fragments(source, text)) / len(text) if text else None


def _measure(
    figure: Callable[[Sequence[str], Sequence[str]], float | None], pairs: Sequence[Pair], tools: MetricTools
) -> Measured:
    tokens = ((words(pair.source), words(pair.prediction)) for pair in pairs)
    return Measured.mean_of(figure(source, text) if source else None for source, text in tokens)


def _novelty_metric(n: int) -> Metric:
    return Metric(
        name=f"novelty-{n}",
        about=f"Mean share of a text's different {n}-grams that its source lacks, 0 to 1.",
        better="neither",
        references=False,
        source=True,
        measure=partial(_measure, partial(novelty, n=n)),
    )


NOVELTY_1 = _novelty_metric(1)
NOVELTY_2 = _novelty_metric(2)
COMPRESSION = Metric(
    name="compression",
    about="Mean of source words over text words, 0 upwards (Grusky et al. 2018).",
    better="neither",
    references=False,
    source=True,
    measure=partial(_measure, compression),
)
COVERAGE = Metric(
    name="coverage",
    about="Mean share of words in stretches copied from the source, 0 to 1 (Grusky et al. 2018).",
    better="neither",
    references=False,
    source=True,
    measure=partial(_measure, coverage),
)
DENSITY = Metric(
    name="density",
    about="Mean length of the copied stretch that a word lies in, 0 upwards (Grusky et al. 2018).",
    better="neither",
    references=False,
    source=True,
    measure=partial(_measure, density),
)
