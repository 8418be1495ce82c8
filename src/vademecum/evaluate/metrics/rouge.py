"""Overlap with reference summaries: ROUGE-1, -2, -L and -S, F1 of the best reference, 0 to 1.

ROUGE reads the letters a to z and digits only; a reference with neither cannot be scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import DefaultTokenizer, Tokenizer

from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair

_MAX_SKIP = 4
_plain = DefaultTokenizer(use_stemmer=False)
_stemming = DefaultTokenizer(use_stemmer=True)


class _Stems(Tokenizer):  # type: ignore[misc]
    """rouge-score's stemming tokens, kept between the three metrics that read the same texts."""

    tokenize = staticmethod(lru_cache(maxsize=50_000)(_stemming.tokenize))


def skip_bigrams(tokens: Sequence[str], max_skip: int | None) -> Counter[tuple[str, str]]:
    """Return the ordered pairs of tokens with at most `max_skip` others between them (None: any)."""
    reach = len(tokens) if max_skip is None else max_skip + 1
    return Counter(
        (first, second) for at, first in enumerate(tokens) for second in tokens[at + 1 : at + 1 + reach]
    )


def skip_bigram_f1(
    prediction: Sequence[str], reference: Sequence[str], *, max_skip: int | None = _MAX_SKIP
) -> float:
    """Return ROUGE-S with beta 1, 0 to 1.

    Source: Lin 2004, "ROUGE: a package for automatic evaluation of summaries", section 5.
    """
    found, wanted = skip_bigrams(prediction, max_skip), skip_bigrams(reference, max_skip)
    whole = found.total() + wanted.total()
    return 2 * (found & wanted).total() / whole if whole else 0.0


def _library_f1(kind: str) -> Callable[[str, str], float]:
    scorer = RougeScorer([kind], tokenizer=_Stems())
    return lambda prediction, reference: float(scorer.score(reference, prediction)[kind].fmeasure)


def _skip_f1(prediction: str, reference: str) -> float:
    return skip_bigram_f1(_plain.tokenize(prediction), _plain.tokenize(reference))


def _measure(score: Callable[[str, str], float], pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    items = [
        max((score(pair.prediction, one) for one in pair.references if _plain.tokenize(one)), default=None)
        for pair in pairs
    ]
    foreign = sum(not all(one.isascii() for one in (pair.prediction, *pair.references)) for pair in pairs)
    note = f"{foreign} pairs hold characters that ROUGE does not read (only a-z, 0-9)." if foreign else ""
    return Measured.mean_of(items, note=note)


ROUGE_1 = Metric(
    name="rouge-1",
    about="F1 of words shared with the best reference, 0 to 1 (rouge-score, Porter stemmer on).",
    better="higher",
    references=True,
    measure=partial(_measure, _library_f1("rouge1")),
)
ROUGE_2 = Metric(
    name="rouge-2",
    about="F1 of word pairs shared with the best reference, 0 to 1 (rouge-score, Porter stemmer on).",
    better="higher",
    references=True,
    measure=partial(_measure, _library_f1("rouge2")),
)
ROUGE_L = Metric(
    name="rouge-l",
    about="F1 of the longest common subsequence of words, 0 to 1 (rouge-score, Porter stemmer on).",
    better="higher",
    references=True,
    measure=partial(_measure, _library_f1("rougeL")),
)
ROUGE_S = Metric(
    name="rouge-s",
    about="F1 of skip-bigrams with at most 4 words between, no stemmer, 0 to 1 (Lin 2004, ROUGE-S4).",
    better="higher",
    references=True,
    measure=partial(_measure, _skip_f1),
)
