"""Finds the sentences of the retrieved chunks that answer a question best.

Owns the choice. The reader's spans and a cheap
comparison of words pick a few sentences, the cross-encoder reads those, each below its title and
headings; spans and cross-encoder together say which one answers.

Use: `find_evidence(question, units, score_pairs=encoder.score, spans=spans).best.text`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from vademecum.generate.protocols import ScorePairs
from vademecum.generate.spans import NO_SPANS, FoundSpan, SpansFound
from vademecum.generate.units import Unit
from vademecum.text.analyse import analyse
from vademecum.values.style import Length

SENTENCES_SCORED = 6
"""Sentences the cross-encoder reads; 8 and all of them found no more answers on 350 SQuAD questions."""
RANK_PENALTY = 0.1
"""Share of the question's words that one rank of the chunk is worth."""
SPAN_UNITS = 3
"""Sentences that are scored because the best spans lie in them."""
CLOSE = 2.0
"""A second sentence joins the answer when its rating is at most this far below the best."""
EXPLAINS_WITH = 4
"""Most sentences that answer a question for reasons or ways."""
_EXPLAINS_CLOSE = 3.0
_LONG_CLOSE = 6.0
"""What is quoted at length may be further from the question: it is wanted around the answer."""
UNREAD_TOLD = 4
"""Sentences a trace tells of that were not read for want of the question's words."""
Why = Literal["best", "close", "far", "rival", "enough", "unread"]
"""Why a sentence answers (the first two) or does not: its rating is too low, it says something else than the
best, others are enough, or it was not read."""
_ASKS_WHY = re.compile(
    r"^\W*(?:why|explain|describe"
    r"|how (?!many|much|long|old|far|tall|big|large|often|high|fast|deep|wide|heavy)"
    r"|what (?:happens|happened|are the (?:steps|reasons|effects|consequences|differences)))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was found for a question.

    Attributes:
        scored: Units the cross-encoder read, best first.
        units: Every unit of the hits, in their order.
        spans: What the reader found in the hits.
        explains: Whether the question asks for reasons or ways, which one sentence seldom tells.
    """

    scored: tuple[Unit, ...]
    units: tuple[Unit, ...]
    spans: SpansFound
    explains: bool = False

    @property
    def best(self) -> Unit:
        """The unit with the highest rating."""
        return self.scored[0]

    @property
    def short(self) -> FoundSpan | None:
        """The words that answer by themselves; None where the reader finds none, or reasons are asked for."""
        span = self.best.span
        return span if span is not None and span.score > 0 and not self.explains else None

    @property
    def rival(self) -> FoundSpan | None:
        """The words of another passage that say something else and are nearly as probable."""
        return self.spans.rival(self.short) if self.short else None

    def chosen(self, length: Length = "normal") -> list[Unit]:
        """Return the units that answer: the best one, then the second when it is close and no rival.

        To explain something, or at length, two to four may answer, those that the cross-encoder finds close,
        in the order of their document where they are of one; shortly, only the best one does.
        """
        units = [unit for unit, why in self.verdicts(length) if why in ("best", "close")]
        if (self.explains or length == "long") and len({unit.hit.document_id for unit in units}) == 1:
            units.sort(key=lambda unit: unit.start)
        return units

    def verdicts(self, length: Length = "normal") -> list[tuple[Unit, Why]]:
        """Return the scored units, best first, and why each answers or does not."""
        if not self.scored:
            return []
        verdicts: list[tuple[Unit, Why]] = [(self.best, "best")]
        rival, kept = self.rival, 1
        for place, unit in enumerate(self.scored[1:], 1):
            if self.explains or length == "long":
                close = _EXPLAINS_CLOSE if self.explains else _LONG_CLOSE
                near = unit.logit >= self.best.logit - close
                enough = kept >= EXPLAINS_WITH
            else:
                near = unit.rating >= self.best.rating - CLOSE
                enough = place > 1
            enough = enough or length == "short"
            why: Why = "far" if not near else "enough" if enough else "close"
            if why == "close" and rival is not None and unit.holds(rival):
                why = "rival"
            kept += why == "close"
            verdicts.append((unit, why))
        return verdicts

    def told(self, length: Length = "normal") -> list[dict[str, Any]]:
        """Return what a trace tells of the sentences: places, scores and verdicts, but no text."""
        read = {(unit.hit.id, unit.start) for unit in self.scored}
        unread = sorted(
            (unit for unit in self.units if (unit.hit.id, unit.start) not in read), key=_last_by_words
        )
        verdicts = [*self.verdicts(length), *((unit, "unread") for unit in unread[:UNREAD_TOLD])]
        return [
            {
                "document": unit.hit.document_id,
                "start": unit.start,
                "end": unit.end,
                "passage": unit.rank + 1,
                "answer": [unit.span.start, unit.span.end] if unit.span else None,
                "span": round(unit.span.score, 3) if unit.span else None,
                "coverage": round(unit.coverage, 3),
                "logit": None if why == "unread" else round(unit.logit, 3),
                "rating": None if why == "unread" else round(unit.rating, 3),
                "kept": why in ("best", "close"),
                "why": why,
            }
            for unit, why in verdicts
        ]


def find_evidence(
    question: str, units: Sequence[Unit], *, score_pairs: ScorePairs, spans: SpansFound = NO_SPANS
) -> Evidence:
    """Return the units, the most promising ones scored against the question.

    Args:
        question: What is asked.
        units: Of the retrieved chunks.
        score_pairs: The cross-encoder.
        spans: What the reader found in them.
    """
    wanted = set(analyse(question))
    known = tuple(_completed(unit, wanted, spans) for unit in units)
    promising = _promising(known)
    logits = score_pairs(question, [unit.passage for unit in promising]) if promising else []
    scored = [replace(unit, logit=float(logit)) for unit, logit in zip(promising, logits, strict=True)]
    scored.sort(key=lambda unit: -unit.rating)
    explains = _ASKS_WHY.search(question) is not None
    return Evidence(scored=tuple(scored), units=known, spans=spans, explains=explains)


def _promising(units: Sequence[Unit]) -> list[Unit]:
    """Return the units worth scoring: those of the best spans, then those that share most words."""
    spanned = sorted(
        (unit for unit in units if unit.span), key=lambda unit: -unit.span.score if unit.span else 0.0
    )
    worded = sorted(units, key=_last_by_words)
    return list(dict.fromkeys([*spanned[:SPAN_UNITS], *worded]))[:SENTENCES_SCORED]


def _last_by_words(unit: Unit) -> float:
    """Return what sorts units by the words they share with the question, the most first."""
    return unit.rank * RANK_PENALTY - unit.coverage


def _completed(unit: Unit, wanted: set[str], spans: SpansFound) -> Unit:
    """Return the unit with its share of the question's words and the best span in it."""
    found = wanted.intersection(analyse(unit.reading))
    return replace(
        unit,
        coverage=len(found) / len(wanted) if wanted else 0.0,
        span=spans.within(unit.hit, unit.start, unit.end),
    )
