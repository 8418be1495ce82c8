"""How texts are by themselves: varied or repetitive, long or short. Nothing is judged right or wrong."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from vademecum.evaluate.metrics.words import ngrams, words
from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair

_WINDOW = 50


def type_token_ratio(tokens: Sequence[str]) -> float | None:
    """Return different words over words, 0 to 1; None without words."""
    return len(set(tokens)) / len(tokens) if tokens else None


def moving_type_token_ratio(tokens: Sequence[str], *, window: int = _WINDOW) -> float | None:
    """Return the mean type-token ratio of all runs of `window` words; None for shorter texts.

    Source: Covington and McFall 2010.
    """
    if len(tokens) < window:
        return None
    counts = Counter(tokens[:window])
    seen = different = len(counts)
    for leaving, entering in zip(tokens, tokens[window:], strict=False):
        different += counts[entering] == 0
        counts[entering] += 1
        counts[leaving] -= 1
        different -= counts[leaving] == 0
        seen += different
    return seen / (window * (len(tokens) - window + 1))


def yules_k(tokens: Sequence[str]) -> float | None:
    """Return Yule's K, 0 for no repetition upwards; None without words.

    Source: Yule 1944.
    """
    if not tokens:
        return None
    squares = sum(count * count for count in Counter(tokens).values())
    return 10_000 * (squares - len(tokens)) / len(tokens) ** 2


def entropy_bits(tokens: Sequence[str]) -> float | None:
    """Return Shannon's entropy of the words in bits; None without words."""
    shares = [count / len(tokens) for count in Counter(tokens).values()]
    return -sum(share * math.log2(share) for share in shares) + 0.0 if tokens else None


def _mean(
    figure: Callable[[Sequence[str]], float | None], pairs: Sequence[Pair], tools: MetricTools
) -> Measured:
    return Measured.mean_of(figure(words(pair.prediction)) for pair in pairs)


def _pooled(
    figure: Callable[[Sequence[str]], float | None], pairs: Sequence[Pair], tools: MetricTools
) -> Measured:
    tokens = [words(pair.prediction) for pair in pairs]
    value = figure([token for text in tokens for token in text])
    return Measured(value=value, items=tuple(figure(text) for text in tokens))


def _distinct(n: int, pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    tokens = [words(pair.prediction) for pair in pairs]
    grams = [set(ngrams(text, n)) for text in tokens]
    total = sum(map(len, tokens))
    items = tuple(len(own) / len(text) if text else None for own, text in zip(grams, tokens, strict=True))
    return Measured(value=len(set().union(*grams)) / total if total else None, items=items)


def _length_ratio(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    lengths = []
    for pair in pairs:
        own = len(words(pair.prediction))
        given = [count for one in pair.references if (count := len(words(one)))]
        lengths.append((own, min(given, key=lambda count: (abs(count - own), count), default=0)))
    wanted = sum(near for _, near in lengths)
    value = sum(own for own, near in lengths if near) / wanted if wanted else None
    return Measured(value=value, items=tuple(own / near if near else None for own, near in lengths))


def _distinct_metric(n: int) -> Metric:
    return Metric(
        name=f"distinct-{n}",
        about=f"Different {n}-grams of all texts over their words, 0 to 1 (Li et al. 2016).",
        better="higher",
        references=False,
        measure=partial(_distinct, n),
    )


DISTINCT_1 = _distinct_metric(1)
DISTINCT_2 = _distinct_metric(2)
DISTINCT_3 = _distinct_metric(3)
TTR = Metric(
    name="ttr",
    about="Mean type-token ratio of the texts, 0 to 1; compare texts of like length only.",
    better="neither",
    references=False,
    measure=partial(_mean, type_token_ratio),
)
MATTR = Metric(
    name="mattr",
    about="Mean type-token ratio in windows of 50 words, 0 to 1; shorter texts are not scored "
    "(Covington and McFall 2010).",
    better="neither",
    references=False,
    measure=partial(_mean, moving_type_token_ratio),
)
YULES_K = Metric(
    name="yules-k",
    about="Yule's K of all texts together, 0 varied upwards (Yule 1944).",
    better="neither",
    references=False,
    measure=partial(_pooled, yules_k),
)
ENTROPY = Metric(
    name="entropy",
    about="Entropy of the words of all texts together, in bits (Shannon 1948).",
    better="neither",
    references=False,
    measure=partial(_pooled, entropy_bits),
)
LENGTH_RATIO = Metric(
    name="length-ratio",
    about="Words of the texts over words of the references nearest in length, 0 upwards.",
    better="neither",
    references=True,
    measure=_length_ratio,
)
