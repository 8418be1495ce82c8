"""Tells whether a quote supports a claim, and finds the quote that does.

Every number, name and negation of a claim must stand in its quote, and most of what it says
beyond the question. Not covered: who did what to whom ("A sold to B" for "B sold to A"), and words
turned into their opposites where the quote holds both.

Use: `Aligner(question, evidence, score_pairs=encoder.score).align("It takes 30 days.")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from vademecum.generate.evidence import Evidence
from vademecum.generate.units import Unit
from vademecum.text.analyse import STOP_WORDS, analyse

SURE_COVERAGE = 0.85
"""Share of a claim's new words that suffices by itself."""
LEAST_COVERAGE = 0.5
"""Share below which nothing helps."""
SAME_MEANING_LOGIT = 7.0
"""Between the two, the cross-encoder must say at least this of claim and quote. On the summary
sentences of QAGS the three let 73% of the true and 34% of the false ones pass (3.0: 81% and 53%)."""
_READ = 3

_MARK = re.compile(
    r"\s*(?:\[\s*\^?(?:\d|source|citation|passage|quote|doc|ref)[^\[\]]{0,80}\]|【[^【】]{0,80}】"
    r"|\(\s*(?:source|citation|passage|quote|doc|ref)[^()]{0,80}\))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nor|neither|nobody|nothing|without|cannot|except\w*|exclu\w+|lack\w*|fail\w*"
    r"|refus\w+|unable|unlike|rather|instead|den(?:y|ied|ies)|reject\w*|prohibit\w*|forb[aio]d\w*)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\"'“])\b[A-Z][\w\u2019'-]*|\b[A-Z]{2,}\b")
_COUNTED = "zero one two three four five six seven eight nine ten eleven twelve"
_NUMBER_WORDS = {word: str(value) for value, word in enumerate(_COUNTED.split())}


def strip_marks(sentence: str) -> str:
    """Return a sentence without the citation marks a model wrote into it, on one line."""
    return " ".join(_MARK.sub("", sentence).split())


@dataclass(frozen=True)
class Reading:
    """A text as the checks see it.

    Attributes:
        text: The text.
    """

    text: str

    @cached_property
    def terms(self) -> frozenset[str]:
        """Analysed words, number words as digits."""
        return frozenset(_NUMBER_WORDS.get(term, term) for term in analyse(self.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Digits without grouping, and number words up to twelve except "one"."""
        words = (_NUMBER_WORDS.get(word.lower()) for word in re.findall(r"[A-Za-z]+", self.text))
        digits = (found.replace(",", "") for found in _NUMBER.findall(self.text))
        return frozenset({*digits, *(word for word in words if word not in (None, "1"))})

    @cached_property
    def strict(self) -> frozenset[str]:
        """Words a quote must hold: names, and what is counted (the word after a number)."""
        counted = re.findall(r"\d[\d.,]*[\s-]+([A-Za-z]+)", self.text)
        return frozenset(analyse(" ".join([*_NAME.findall(self.text), *counted])))

    @cached_property
    def negated(self) -> bool:
        """Whether it denies something."""
        return _NEGATION.search(self.text) is not None


def coverage(claim: Reading, quote: Reading, *, around: Reading, asked: Reading) -> float:
    """Return the share of the claim's new words that the quote holds, in [0, 1].

    Args:
        claim: What is said.
        quote: What is to support it.
        around: Title, headings and table header of the quote.
        asked: The question; its words are not new.

    Returns:
        0 when a number, a name or a negation of the claim is not the quote's.
    """
    known = quote.terms | around.terms
    if claim.numbers - quote.numbers - around.numbers or claim.strict - known - asked.terms:
        return 0.0
    if claim.negated != quote.negated or not claim.terms & quote.terms:
        return 0.0
    new = claim.terms - asked.terms
    if not new:
        return len(claim.terms & known) / len(claim.terms)
    return len(new & known) / len(new)


class Aligner:
    """Finds quotes for the claims of one answer.

    Args:
        question: What was asked.
        evidence: Where quotes may come from.
        score_pairs: The cross-encoder.
    """

    def __init__(
        self,
        question: str,
        evidence: Evidence,
        *,
        score_pairs: Callable[[str, Sequence[str]], Sequence[float]],
    ) -> None:
        self._asked = Reading(question)
        self._score_pairs = score_pairs
        scored = {(unit.hit.id, unit.start): unit for unit in evidence.scored}
        units = [scored.get((unit.hit.id, unit.start), unit) for unit in evidence.units]
        self._quotes = [
            (unit, Reading(unit.reading), Reading(unit.hit.context))
            for unit in sorted(units, key=lambda unit: (-unit.logit, unit.rank, unit.start))
        ]

    def align(self, text: str) -> Unit | None:
        """Return the quote that supports a sentence best, or None."""
        claim = Reading(text)
        if not claim.terms - STOP_WORDS:
            return None
        covered = [
            (coverage(claim, reading, around=around, asked=self._asked), unit)
            for unit, reading, around in self._quotes
        ]
        covered = sorted((pair for pair in covered if pair[0] >= LEAST_COVERAGE), key=lambda pair: -pair[0])
        if not covered or covered[0][0] >= SURE_COVERAGE:
            return covered[0][1] if covered else None
        close = [unit for _, unit in covered[:_READ]]
        logits = self._score_pairs(text, [unit.reading for unit in close])
        logit, unit = max(zip(logits, close, strict=True), key=lambda pair: pair[0])
        return unit if logit >= SAME_MEANING_LOGIT else None
