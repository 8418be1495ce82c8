"""Overlap with reference texts as machine translation measures it: BLEU, chrF, TER; and self-BLEU.

The value is the corpus score, not the mean of the items. All run from 0 to 100, TER beyond it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeAlias

from sacrebleu.metrics import bleu, chrf, ter
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from vademecum.evaluate.metrics.words import ngrams
from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair

_Scorer: TypeAlias = bleu.BLEU | chrf.CHRF
_Peaks: TypeAlias = Mapping[tuple[str, ...], tuple[int, int, int]]

_ORDERS = (1, 2, 3, 4)


def _measure(whole: _Scorer, single: _Scorer, pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    items = tuple(
        single.sentence_score(pair.prediction, list(given)).score
        if (given := pair.written_references)
        else None
        for pair in pairs
    )
    scored = [pair for pair in pairs if pair.written_references]
    if not scored:
        return Measured(value=None, items=items)
    most = max(len(pair.written_references) for pair in scored)
    # sacrebleu leaves out empty references, so they fill up pairs that have fewer
    filled = [[*pair.written_references, *[""] * most][:most] for pair in scored]
    streams = [list(stream) for stream in zip(*filled, strict=True)]
    value = whole.corpus_score([pair.prediction for pair in scored], streams).score
    return Measured(value=value, items=items)


def _ter(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    """Score each pair once; the corpus score is all edits over all words of references."""
    scorer = ter.TER()
    scores = [
        scorer.sentence_score(pair.prediction, list(given)) if (given := pair.written_references) else None
        for pair in pairs
    ]
    wanted = sum(score.ref_length for score in scores if score is not None)
    edits = sum(score.num_edits for score in scores if score is not None)
    items = tuple(None if score is None else score.score for score in scores)
    return Measured(value=100 * edits / wanted if wanted else None, items=items)


def _grams(text: str, tokenizer: Tokenizer13a) -> tuple[Counter[tuple[str, ...]], int]:
    """Return the n-grams of orders 1 to 4 with their counts, and how many tokens there are."""
    tokens = tokenizer(text.rstrip()).split()
    return Counter(gram for n in _ORDERS for gram in ngrams(tokens, n)), len(tokens)


def _peaks(counted: Sequence[Counter[tuple[str, ...]]]) -> _Peaks:
    """Return for each n-gram its highest count in one text, that text, and the highest elsewhere."""
    peaks: dict[tuple[str, ...], tuple[int, int, int]] = {}
    for number, counts in enumerate(counted):
        for gram, count in counts.items():
            first, holder, second = peaks.get(gram, (0, -1, 0))
            peaks[gram] = (count, number, first) if count > first else (first, holder, max(second, count))
    return peaks


def _nearest_other(length: int, ordered: Sequence[int]) -> int:
    """Return the length nearest to that of a text among the others', the shorter of two as near.

    Args:
        length: How many tokens the text has.
        ordered: All lengths, that of the text too, in ascending order.
    """
    at = bisect_left(ordered, length)
    around = [*ordered[max(at - 1, 0) : at], *ordered[at + 1 : at + 2]]
    return min(around, key=lambda other: (abs(other - length), other))


def _self_bleu(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    """Score each text against all others; one table of n-grams serves all, so time is linear."""
    texts = [(number, pair.prediction) for number, pair in enumerate(pairs) if pair.prediction.strip()]
    items: list[float | None] = [None] * len(pairs)
    if len(texts) < 2:
        return Measured.mean_of(items, note="self-bleu needs two texts.")
    tokenizer = Tokenizer13a()  # type: ignore[no-untyped-call]
    counted, lengths = zip(*(_grams(text, tokenizer) for _, text in texts), strict=True)
    peaks, ordered = _peaks(counted), sorted(lengths)
    for place, (number, _) in enumerate(texts):
        correct, total = [0] * len(_ORDERS), [max(lengths[place] - n + 1, 0) for n in _ORDERS]
        for gram, count in counted[place].items():
            first, holder, second = peaks[gram]
            correct[len(gram) - 1] += min(count, second if holder == place else first)
        near = _nearest_other(lengths[place], ordered)
        items[number] = bleu.BLEU.compute_bleu(
            correct, total, lengths[place], near, smooth_method="exp", effective_order=True
        ).score
    return Measured.mean_of(items)


# force only silences sacrebleu's warning about texts that look tokenised
BLEU = Metric(
    name="bleu",
    about="BLEU-4 of the corpus, 0 to 100; items with effective order (sacrebleu, tokeniser 13a).",
    better="higher",
    references=True,
    measure=partial(_measure, bleu.BLEU(force=True), bleu.BLEU(effective_order=True)),
)
CHRF = Metric(
    name="chrf",
    about="Character n-gram F2 of the corpus, 0 to 100 (sacrebleu chrF2).",
    better="higher",
    references=True,
    measure=partial(_measure, chrf.CHRF(), chrf.CHRF()),
)
TER = Metric(
    name="ter",
    about="Edits per 100 words of the references, 0 upwards (sacrebleu TER).",
    better="lower",
    references=True,
    measure=_ter,
)
SELF_BLEU = Metric(
    name="self-bleu",
    about="Mean BLEU of each text against all others, 0 varied to 100 alike (Zhu et al. 2018).",
    better="lower",
    references=False,
    measure=_self_bleu,
)
