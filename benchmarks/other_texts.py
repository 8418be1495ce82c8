"""Does the reader help on texts unlike those it learned from? The sentence shown, with it and without.

Use: python benchmarks/other_texts.py --data ../shared/data [--questions 150]
COVID-QA (whole articles), QED (one paragraph), TAT-QA (a table and its paragraphs, answers that are spans)
and FinanceBench (evidence pages of filings). Each set's texts are indexed; "shown" is the share of questions
whose gold answer stands in the best sentence, once chosen by the cross-encoder alone and once with the
reader. FinanceBench's answers are free text, so there it is the share of the answer's numbers and names that
stand in the two best sentences.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vademecum
from vademecum.evaluate.statistics import paired_test
from vademecum.generate.evidence import Evidence, find_evidence
from vademecum.generate.reading import find_spans
from vademecum.generate.spans import NO_SPANS
from vademecum.generate.units import find_units
from vademecum.text.short_answer import closest
from vademecum.view import ANSWER_HITS
from vademecum.workspace import Workspace

SEED = 20261123
_FACT = re.compile(r"\d[\d.,]*|\b[A-Z][A-Za-z]+")


@dataclass(frozen=True)
class Asked:
    """A question and its accepted answers; `free` when they are no spans."""

    text: str
    answers: tuple[str, ...]
    free: bool = False


@dataclass(frozen=True)
class Set:
    """Texts as rows of `_id` and `text`, and questions on them."""

    texts: dict[str, str]
    questions: list[Asked]


def rows(path: Path) -> Iterator[Any]:
    """Yield the rows of a JSONL file, compressed or not."""
    content = path.read_bytes()
    text = gzip.decompress(content) if path.suffix == ".gz" else content
    yield from map(json.loads, text.decode("utf-8").splitlines())


def covid_qa(data: Path) -> Set:
    """Whole articles."""
    with gzip.open(data / "covid_qa" / "covidqa.json.gz", "rt", encoding="utf-8") as file:
        paragraphs = [one for article in json.load(file)["data"] for one in article["paragraphs"]]
    texts = {str(number): one["context"] for number, one in enumerate(paragraphs)}
    questions = [
        Asked(qa["question"], tuple(gold["text"] for gold in qa["answers"]))
        for one in paragraphs
        for qa in one["qas"]
    ]
    return Set(texts, questions)


def qed(data: Path) -> Set:
    """One paragraph a question."""
    texts, questions = {}, []
    for row in rows(data / "qed" / "qed_dev.jsonl.gz"):
        texts[str(row["example_id"])] = row["paragraph_text"]
        golds = tuple(span["string"] for spans in row["original_nq_answers"] for span in spans)
        questions.append(Asked(row["question_text"], golds))
    return Set(texts, questions)


def tat_qa(data: Path) -> Set:
    """A table and its paragraphs; only questions whose answer is one span."""
    texts = {}
    for row in rows(data / "tat_qa" / "contexts.jsonl.gz"):
        table = "\n".join(" | ".join(cells) for cells in row["table"])
        texts[row["context_id"]] = "\n\n".join([table, *(one["text"] for one in row["paragraphs"])])
    questions = []
    for row in rows(data / "tat_qa" / "questions.jsonl.gz"):
        answer = row["answer"]
        if row["answer_type"] == "span" and isinstance(answer, list) and len(answer) == 1:
            questions.append(Asked(row["question"], (str(answer[0]),)))
    return Set(texts, questions)


def financebench(data: Path) -> Set:
    """Evidence pages of filings."""
    texts = {
        f"{number}": row.get("text") or row.get("page_text", "")
        for number, row in enumerate(rows(data / "financebench" / "evidence_pages.jsonl.gz"))
    }
    questions = [
        Asked(row["question"], (str(row["answer"]),), free=True)
        for row in rows(data / "financebench" / "questions.jsonl")
    ]
    return Set(texts, questions)


def shown(question: Asked, evidence: Evidence) -> float:
    """Return how much of the answer the best sentence shows, in [0, 1]."""
    if not evidence.scored:
        return 0.0
    if question.free:
        said = " ".join(unit.reading for unit in evidence.scored[:2])
        facts = _FACT.findall(question.answers[0])
        return sum(fact in said for fact in facts) / len(facts) if facts else 0.0
    text = " ".join(evidence.best.reading.casefold().split())
    return float(any(" ".join(gold.casefold().split()) in text for gold in question.answers))


def measure(name: str, workspace: Workspace, questions: list[Asked]) -> None:
    """Ask, and print one row."""
    without, with_reader, exact, overlap = [], [], [], []
    for one in questions:
        hits = workspace.search(one.text, top_k=ANSWER_HITS)
        units = find_units(hits, workspace.documents({hit.document_id for hit in hits}))
        spans = find_spans(one.text, units, read=workspace.reader().read)
        plain, read = (
            find_evidence(one.text, units, score_pairs=workspace.score_pairs, spans=found)
            for found in (NO_SPANS, spans)
        )
        without.append(shown(one, plain))
        with_reader.append(shown(one, read))
        said = read.best.span.text if read.scored and read.best.span else ""
        same, shared = closest(said, one.answers)
        exact.append(same)
        overlap.append(shared)
    test = paired_test(without, with_reader)
    print(
        f"{name:<14}{len(questions):>5} questions  shown without {statistics.fmean(without):.3f}, with"
        f" {statistics.fmean(with_reader):.3f}  ({test.difference:+.3f} [{test.low:+.3f}, {test.high:+.3f}])"
        f"  short answer: exact {statistics.fmean(exact):.3f}, F1 {statistics.fmean(overlap):.3f}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--questions", type=int, default=150)
    options = parser.parse_args()
    for load in (covid_qa, qed, tat_qa, financebench):
        found = load(options.data)
        folder = options.work / f"ws-{load.__name__}"
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / "texts.jsonl"
        source.write_text(
            "".join(json.dumps({"_id": key, "text": text}) + "\n" for key, text in found.texts.items()),
            "utf-8",
        )
        asked = [one for one in found.questions if any(one.answers)]
        random.Random(SEED).shuffle(asked)
        with vademecum.open(folder) as workspace:
            workspace.ingest(source, id_field="_id", text_field="text")
            measure(load.__name__, workspace, asked[: options.questions])


if __name__ == "__main__":
    main()
