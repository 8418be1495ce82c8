"""Fits the confidence of answers and prints how good it is, without the reader and with it.

Owns the fit only; the figures it prints stand in `src/vademecum/generate/calibration.py`. The questions are
those of the articles that the reader never saw (`held_out.py`), asked over all paragraphs of SQuAD 1.1 and
2.0; half of the articles fit, the other half test. How that half falls out matters much, so the same is done
for many random halves of the articles.
Run: python benchmarks/calibrate.py --data ../shared/data
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from held_out import held_out_questions, open_passages
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from vademecum.generate.calibration import MIN_CONFIDENCE, features_of
from vademecum.generate.evidence import Evidence, find_evidence
from vademecum.generate.reading import find_spans
from vademecum.generate.spans import NO_SPANS
from vademecum.generate.units import HITS_READ, find_units
from vademecum.values import QuestionExample
from vademecum.workspace import Workspace

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
PENALTY = 0.1
"""Inverse strength of the L2 penalty, which holds small what tells more in SQuAD 2.0 than elsewhere."""
AGAINST = ("names_missing", "denied", "off_type")
"""Features that speak against an answer; their weights may not say otherwise because a set is of one kind."""
LEAST_AGAINST = -0.05
BINS = 10
SEED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question and what came of it.

    Attributes:
        article: Title of its article.
        answerable: Whether the documents hold an answer.
        right: Whether a gold answer is inside the extracted text.
        figures: The features, by name.
    """

    article: str
    answerable: bool
    right: bool
    figures: dict[str, float]


def normal(text: str) -> str:
    """Return a text in lower case with single spaces."""
    return " ".join(text.lower().split())


def example_of(question: QuestionExample, evidence: Evidence) -> Example | None:
    """Return what the program extracts for a question; None when it finds nothing at all."""
    if not evidence.scored:
        return None
    text = normal(" ".join(unit.text for unit in evidence.chosen()))
    return Example(
        article=question.group,
        answerable=question.answerable,
        right=any(normal(gold.text) in text for gold in question.answers),
        figures=features_of(question.question, evidence).to_dict(),
    )


def ask(workspace: Workspace, question: QuestionExample) -> tuple[Example | None, Example | None]:
    """Return what comes of a question without the reader and with it."""
    hits = workspace.search(question.question, top_k=HITS_READ)
    units = find_units(hits)
    spans = find_spans(question.question, units, read=workspace.reader().read)
    without, with_reader = (
        find_evidence(question.question, units, score_pairs=workspace.score_pairs, spans=found)
        for found in (NO_SPANS, spans)
    )
    return example_of(question, without), example_of(question, with_reader)


def risks(confidence: Floats, right: Flags) -> Floats:
    """Return the share of wrong answers among the k most confident ones, float64 [questions]."""
    order = np.argsort(-confidence, kind="stable")
    return np.cumsum(~right[order]) / np.arange(1, len(right) + 1)


def coverage_at(risk: float, confidence: Floats, right: Flags) -> float:
    """Return the largest share of questions answered with at most `risk` of them wrong."""
    within = np.flatnonzero(risks(confidence, right) <= risk)
    return float(within[-1] + 1) / len(right) if len(within) else 0.0


def calibration_error(probability: Floats, right: Flags) -> float:
    """Return the expected calibration error over bins of equal width."""
    bins = np.clip((probability * BINS).astype(int), 0, BINS - 1)
    parts = [(probability[bins == b], right[bins == b]) for b in range(BINS) if (bins == b).any()]
    return float(sum(abs(p.mean() - r.mean()) * len(p) for p, r in parts) / len(right))


def report(name: str, probability: Floats, right: Flags) -> None:
    """Print one row of the table."""
    print(
        f"{name:<10} area under risk-coverage {risks(probability, right).mean():.4f}"
        f"  coverage at 5% risk {coverage_at(0.05, probability, right):.3f}"
        f"  at 10% {coverage_at(0.10, probability, right):.3f}"
        f"  calibration error {calibration_error(probability, right):.3f}"
    )


def fit(table: Floats, right: Flags, features: Sequence[str]) -> tuple[float, Floats]:
    """Return intercept and weights of a logistic model with an L2 penalty and bounds on `AGAINST`.

    Args:
        table: Features, float64 [questions, features].
        right: What is to be foretold, bool [questions].
        features: Their names.
    """
    sign = np.where(right, 1.0, -1.0)

    def cost(point: Floats) -> tuple[float, Floats]:
        margins = sign * (point[0] + table @ point[1:])
        slopes = -PENALTY * sign * expit(-margins)
        value = PENALTY * np.logaddexp(0, -margins).sum() + point[1:] @ point[1:] / 2
        return float(value), np.concatenate([[slopes.sum()], table.T @ slopes + point[1:]])

    bounds = [(None, None), *((None, LEAST_AGAINST if one in AGAINST else None) for one in features)]
    found = minimize(cost, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds)
    return float(found.x[0]), found.x[1:]


def columns(examples: Sequence[Example]) -> tuple[list[str], Floats, Flags]:
    """Return the names of the features that tell something, their values, and which answers are right."""
    features = [one for one in examples[0].figures if any(example.figures[one] for example in examples)]
    table = np.array([[example.figures[one] for one in features] for example in examples])
    return features, table, np.array([example.right for example in examples])


def over_halves(sides: Mapping[str, Sequence[Example]], *, count: int) -> None:
    """Print the coverage of every side on random halves of the articles, fitted on the others each time."""
    articles = sorted({example.article for examples in sides.values() for example in examples})
    tested = [set(random.Random(seed).sample(articles, len(articles) // 2)) for seed in range(count)]
    for risk in (0.05, 0.10):
        found = {}
        for name, examples in sides.items():
            features, table, right = columns(examples)
            covered = []
            for half in tested:
                held_out = np.array([example.article in half for example in examples])
                intercept, weights = fit(table[~held_out], right[~held_out], features)
                fitted = expit(intercept + table[held_out] @ weights)
                covered.append(coverage_at(risk, fitted, right[held_out]))
            found[name] = np.array(covered)
        low, high = (np.quantile(np.stack(list(found.values())), end, axis=1) for end in (0.025, 0.975))
        said = ", ".join(
            f"{name} {values.mean():.3f} [{one:.3f}, {other:.3f}]"
            for (name, values), one, other in zip(found.items(), low, high, strict=True)
        )
        print(f"coverage at {risk:.0%} wrong over {count} halves of the articles: {said}")


def fit_and_report(name: str, examples: Sequence[Example]) -> None:
    """Fit on every other article, print the coefficients and the figures of the rest."""
    features, table, right = columns(examples)
    answerable = np.array([example.answerable for example in examples])
    articles = sorted({example.article for example in examples})
    held_out = np.array([articles.index(example.article) % 2 == 1 for example in examples])
    intercept, coefficients = fit(table[~held_out], right[~held_out], features)
    weights = {one: round(float(weight), 4) for one, weight in zip(features, coefficients, strict=True)}
    print(f"{name}: fitted on {(~held_out).sum()} questions, tested on {held_out.sum()} of other articles")
    print(f"INTERCEPT = {intercept:.4f}\nWEIGHTS = {weights}")
    print(f"right, whatever the confidence: {right[held_out & answerable].mean():.3f} of the answerable ones")
    fitted = expit(intercept + table @ coefficients)
    report(name, fitted[held_out], right[held_out])
    for least in sorted({0.1, 0.2, 0.3, 0.4, 0.5, MIN_CONFIDENCE}):
        given = fitted >= least
        print(
            f"at {least}: {given[held_out & right].mean():.3f} of the right answers are given,"
            f" {(~given)[held_out & ~answerable].mean():.3f} of the unanswerable questions are turned away"
        )


def main() -> None:
    """Index the passages, ask the questions, fit, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder of shared data sets"
    )
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument(
        "--limit", type=int, default=1_200, help="ask only so many questions, drawn at random; 0: all"
    )
    parser.add_argument("--source", default="", help="only the questions of one set, such as squad2_dev")
    parser.add_argument("--halves", type=int, default=200, help="random halves of the articles; 0: none")
    options = parser.parse_args()
    questions = held_out_questions(options.data, source=options.source)
    if options.limit:
        questions = random.Random(SEED).sample(questions, min(options.limit, len(questions)))
    with open_passages(options.data, options.work) as workspace:
        found = [ask(workspace, question) for question in questions]
    names = ("without the reader", "with the reader")
    sides = {name: [one[at] for one in found if one[at] is not None] for at, name in enumerate(names)}
    for name, examples in sides.items():
        fit_and_report(name, examples)
    if options.halves:
        over_halves(sides, count=options.halves)


if __name__ == "__main__":
    main()
