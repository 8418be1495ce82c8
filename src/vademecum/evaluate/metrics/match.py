"""Whether a short answer equals an accepted one, by SQuAD's normalisation."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence

from vademecum.evaluate.protocols import Measured, Metric, MetricTools, Pair

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normal_answer(text: str) -> str:
    """Return a text as SQuAD compares it: lower case, no punctuation, no articles, single spaces.

    Source: Rajpurkar et al. 2016, the evaluation script.
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def _exact_match(pairs: Sequence[Pair], tools: MetricTools) -> Measured:
    items = tuple(
        float(any(normal_answer(pair.prediction) == normal_answer(one) for one in pair.references))
        for pair in pairs
    )
    return Measured(value=sum(items) / len(items) if items else None, items=items)


EXACT_MATCH = Metric(
    name="exact-match",
    about="Share of answers equal to an accepted one after normalisation, 0 to 1 (SQuAD).",
    better="higher",
    references=True,
    measure=_exact_match,
)
