"""How likely an extracted answer is right, as a probability.

A logistic model of six figures, fitted by `benchmarks/calibrate.py` on half of the articles of SQuAD
that the reader did not learn from. A fifth of those questions are unanswerable and worded to mislead.
It is made for English; for other languages it orders answers, but is no probability.

Use: `confidence_in(features_of(question, evidence))`.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from vademecum.generate.answer_type import lacks_expected
from vademecum.generate.claims import Reading
from vademecum.generate.evidence import Evidence
from vademecum.generate.units import NO_SPAN
from vademecum.text.analyse import analyse

CALIBRATION = "calibration.squad.v3"
"""Name and version, kept in the trace; refitting changes it."""
MIN_CONFIDENCE = 0.3
"""Answers below this probability are not given. It costs 1 in 20 of the right answers of unseen articles of
SQuAD, and turns away one in four of the questions worded to mislead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What the confidence is made of.

    Attributes:
        span: Log-odds of the best unit's words against no answer, -8 to 16.
        support: Probability of what they say, wherever it is said, in [0, 1].
        logit: What the cross-encoder says of the best unit, about -12 to 12.
        names_missing: Names and numbers of the question that the best unit and its titles lack.
        denied: 1 when the question holds a negation and the answer does not, else 0.
        off_type: 1 when the question asks for a number, time or person and the answer has none.
    """

    span: float
    support: float
    logit: float
    names_missing: int
    denied: int
    off_type: int

    def to_dict(self) -> dict[str, float]:
        """Return the features ready for JSON."""
        return asdict(self)


_SUREST = 16.0
_MOST = 60.0  # beyond this the exponential overflows and the probability is 0 or 1 anyway
INTERCEPT = -0.7897
WEIGHTS = {
    "span": 0.268,
    "support": 0.463,
    "logit": 0.0207,
    "names_missing": -0.05,
    "denied": -0.4819,
    "off_type": -0.0825,
}
"""Of one unit of each feature; `benchmarks/calibrate.py` prints them."""


def features_of(question: str, evidence: Evidence) -> Features:
    """Return the features of the answer that `evidence` gives; it must hold a scored unit."""
    asked = Reading(question)
    best = Reading(evidence.best.passage)
    answer = Reading(" ".join(unit.reading for unit in evidence.chosen()))
    wanted = asked.strict | frozenset(analyse(" ".join(asked.numbers)))
    span = evidence.best.span
    return Features(
        span=round(min(max(span.score, NO_SPAN), _SUREST), 4) if span else NO_SPAN,
        support=round(evidence.spans.support(span), 4) if span else 0.0,
        logit=round(evidence.best.logit, 4),
        names_missing=len(wanted - best.terms),
        denied=int(asked.negated and not answer.negated),
        off_type=int(lacks_expected(question, answer.text)),
    )


def confidence_in(features: Features) -> float:
    """Return the probability in [0, 1] that an answer with these features is right."""
    total = INTERCEPT + sum(WEIGHTS[name] * value for name, value in features.to_dict().items())
    return 1.0 / (1.0 + math.exp(-max(-_MOST, min(_MOST, total))))
