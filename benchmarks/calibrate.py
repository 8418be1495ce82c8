"""Fits the confidence of answers on SQuAD 2.0 and prints how good it is, before and after.

Owns the fit only; the figures it prints stand in `src/vademecum/generate/calibration.py`. Half of
the articles fit, the other half test. Needs scikit-learn, which the program itself does not.
Run: python benchmarks/calibrate.py --data ../shared/data
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import vademecum
from vademecum.generate.calibration import MIN_CONFIDENCE, features_of
from vademecum.generate.evidence import HITS_READ, find_evidence
from vademecum.models.rerank import CrossEncoder
from vademecum.workspace import Workspace

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
PENALTY = 0.1
"""Inverse strength of the L2 penalty, which holds small what tells more in SQuAD 2.0 than elsewhere."""
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


def read_questions(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the questions of a SQuAD file with their article."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        for paragraph in article["paragraphs"]:
            for question in paragraph["qas"]:
                yield {**question, "article": article["title"]}


def normal(text: str) -> str:
    """Return a text in lower case with single spaces."""
    return " ".join(text.lower().split())


def example_of(
    question: dict[str, Any],
    workspace: Workspace,
    score_pairs: Callable[[str, Sequence[str]], Sequence[float]],
) -> Example | None:
    """Return what the program extracts for a question; None when it finds nothing at all."""
    hits = workspace.search(question["question"], top_k=HITS_READ)
    evidence = find_evidence(question["question"], hits, score_pairs=score_pairs)
    if not evidence.scored:
        return None
    text = normal(" ".join(unit.text for unit in evidence.chosen()))
    answerable = not question.get("is_impossible", False)
    return Example(
        article=question["article"],
        answerable=answerable,
        right=answerable and any(normal(gold["text"]) in text for gold in question["answers"]),
        figures=features_of(question["question"], evidence).to_dict(),
    )


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


def fit_and_report(examples: Sequence[Example]) -> None:
    """Fit on every other article, print the coefficients and the figures of the rest."""
    from sklearn.linear_model import LogisticRegression

    names = list(examples[0].figures)
    table = np.array([[example.figures[name] for name in names] for example in examples])
    right = np.array([example.right for example in examples])
    answerable = np.array([example.answerable for example in examples])
    articles = sorted({example.article for example in examples})
    held_out = np.array([articles.index(example.article) % 2 == 1 for example in examples])

    model = LogisticRegression(C=PENALTY).fit(table[~held_out], right[~held_out])
    weights = {name: round(float(weight), 4) for name, weight in zip(names, model.coef_[0], strict=True)}
    print(f"fitted on {(~held_out).sum()} questions, tested on {held_out.sum()} of other articles")
    print(f"INTERCEPT = {model.intercept_[0]:.4f}\nWEIGHTS = {weights}")
    logits = table[:, names.index("logit")]
    fitted = model.predict_proba(table)[:, 1]
    report("before", 1 / (1 + np.exp(-logits[held_out])), right[held_out])
    report("after", fitted[held_out], right[held_out])
    given = fitted >= MIN_CONFIDENCE
    print(
        f"at {MIN_CONFIDENCE}: {given[held_out & right].mean():.3f} of the right answers are given,"
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
    parser.add_argument(
        "--limit", type=int, default=0, help="ask only so many questions, drawn at random; 0: all"
    )
    options = parser.parse_args()
    folder = options.data / "squad2_dev"
    questions = list(read_questions(folder / "dev.json.gz"))
    if options.limit:
        questions = random.Random(SEED).sample(questions, min(options.limit, len(questions)))
    with tempfile.TemporaryDirectory() as scratch, vademecum.open(Path(scratch) / "notes") as workspace:
        passages = Path(scratch) / "contexts.jsonl"
        with gzip.open(folder / "contexts.jsonl.gz", "rb") as file:
            passages.write_bytes(file.read())
        workspace.ingest(passages, id_field="_id", title_field="title", text_field="text")
        score_pairs = CrossEncoder.load(workspace.config.models.rerank).score
        found = [example_of(question, workspace, score_pairs) for question in questions]
    fit_and_report([example for example in found if example is not None])


if __name__ == "__main__":
    main()
