"""Answers on SQuAD 1.1 paragraphs: is the gold answer in the text, is it the short answer, how fast?

Use: python benchmarks/answers.py --data ../shared/data [--questions 200]
All 2,429 paragraphs of `squad1_du` are indexed, and asked are questions of articles that the reader never
saw; every citation is checked against the stored text.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

from collections_data import load_judged, sample_questions
from held_out import held_out_questions
from retrieval import prepare

import vademecum
from vademecum.text.short_answer import closest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    folder = prepare(load_judged(options.data, "squad1_du"), options.work)
    questions = held_out_questions(options.data, source="squad1_du")
    in_text = in_quote = exact = answered = citations = 0
    overlap = []
    times = []
    with vademecum.open(folder) as workspace:
        workspace.ask("What warms the models up?")
        for question in sample_questions(questions, options.questions):
            began = time.perf_counter()
            answer = workspace.ask(question.question)
            golds = tuple(span.text for span in question.answers)
            times.append((time.perf_counter() - began) * 1000)
            answered += answer.answered
            in_text += answer.answered and holds(answer.text, golds)
            in_quote += any(holds(citation.quote, golds) for citation in answer.citations)
            same, shared = closest(answer.short, golds)
            exact += same
            overlap.append(shared)
            documents = workspace.documents(citation.document_id for citation in answer.citations)
            for citation in answer.citations:
                stored = documents[citation.document_id].text
                assert stored[citation.start : citation.end] == citation.quote
                citations += 1
    total = options.questions
    shares = {
        "gold in text": in_text,
        "in a quote": in_quote,
        "answered": answered,
        "short answer exact": exact,
    }
    print(", ".join(f"{name} {count / total:.3f}" for name, count in shares.items()))
    print(f"short answer F1 {statistics.fmean(overlap):.3f}")
    print(f"p50 {statistics.median(times):.0f} ms, p95 {sorted(times)[int(total * 0.95)]:.0f} ms")
    print(f"{citations} citations, each equal to the stored text at its offsets")


def holds(text: str, answers: tuple[str, ...]) -> bool:
    """Say whether one of the answers stands in the text, case and white space aside."""
    folded = " ".join(text.casefold().split())
    return any(" ".join(answer.casefold().split()) in folded for answer in answers)


if __name__ == "__main__":
    main()
