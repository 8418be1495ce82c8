"""Reads what others judged: collections with relevance, and question sets with answers.

Use: `read_judged(Path("scifact")).queries`, `read_questions(Path("squad.json")).questions`.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vademecum.errors import InputError, LimitError
from vademecum.files import written_whole
from vademecum.text.rows import hash_files, numbered_rows, open_text, read_qrels
from vademecum.values import Evidence, Question

Grades = Mapping[str, Mapping[str, int]]

_TOPIC = re.compile(r"<num>\s*(?:Number:)?\s*(\S+).*?<title>\s*(?:Topic:)?\s*(.*?)\s*(?=<|\Z)", re.DOTALL)
_TREC_DOCUMENT = re.compile(r"<DOC>(.*?)</DOC>", re.DOTALL | re.IGNORECASE)
_TREC_NUMBER = re.compile(r"<DOCNO>\s*(.*?)\s*</DOCNO>", re.DOTALL | re.IGNORECASE)
_TREC_TITLE = re.compile(r"<(TITLE|HEADLINE)>\s*(.*?)\s*</\1>", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^<>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Queries with the documents that answer them.

    Attributes:
        name: Name of the data.
        path: Where it was read.
        queries: Query by id.
        relevant: Grade by document, by query; every query has at least one grade above 0.
        corpus: Files that hold the documents; empty when the workspace's own are meant.
        sha256: Hash of queries and judgements.
        corpus_sha256: Hash of the documents.
        skipped: Queries without a judgement; they are left out.
    """

    name: str
    path: Path
    queries: Mapping[str, str]
    relevant: Grades
    corpus: tuple[Path, ...]
    sha256: str
    corpus_sha256: str
    skipped: int = 0

    def documents(self) -> Iterator[dict[str, str]]:
        """Yield the collection's documents as rows of `_id`, `title` and `text`."""
        for path in self.corpus:
            if ".jsonl" in path.name:
                for row in _rows(path):
                    yield {name: str(row.get(name, "")) for name in ("_id", "title", "text")}
            elif ".json" in path.name:
                yield from _squad(path).documents()
            else:
                yield from _trec_documents(path)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet:
    """Questions with their answers.

    Attributes:
        name: Name of the data.
        path: Where it was read.
        questions: In the order of the file.
        passages: Text by document id, for data that brings its documents; empty otherwise.
        titles: Title by document id.
        sha256: Hash of the file.
    """

    name: str
    path: Path
    questions: tuple[Question, ...]
    passages: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    sha256: str = ""

    def documents(self) -> Iterator[dict[str, str]]:
        """Yield the documents as rows of `_id`, `title` and `text`."""
        for name, text in self.passages.items():
            yield {"_id": name, "title": self.titles.get(name, ""), "text": text}


def read_judged(path: Path) -> Judged:
    """Read a judged collection: a folder in BEIR or TREC layout, or one file of JSONL or SQuAD's JSON.

    BEIR: `queries.jsonl`, `qrels.tsv` or `qrels/test.tsv`, `corpus.jsonl` (all may be gzipped).
    TREC: `topics*`, `qrels*` of four columns, and documents in `docs/`, `*.trec` or `*.sgml`.
    JSONL: rows of `query` and `relevant` (ids, or grades by id); documents are the workspace's.
    SQuAD: an answerable question has to find its own paragraph among all of them.

    Raises:
        InputError: Nothing of these, no judgements, or a line that cannot be read.
    """
    corpus: list[Path] = []
    if path.is_file() and ".jsonl" in path.name:
        queries, relevant, used = *_jsonl_judgements(path), [path]
    elif path.is_file():
        asked = [question for question in _squad(path).questions if question.answerable]
        queries = {question.id: question.text for question in asked}
        relevant = {question.id: {question.evidence[0].document: 1} for question in asked}
        corpus, used = [path], [path]
    elif path.is_dir():
        queries, relevant, corpus, used = _folder(path)
    else:
        raise InputError(f"{path} does not exist. Name a folder or a JSONL file of judged queries.")
    kept = {
        name: text for name, text in queries.items() if any(g > 0 for g in relevant.get(name, {}).values())
    }
    if not kept:
        raise InputError(
            f"{path} has {len(queries)} queries and judgements for {len(relevant)}, but none in common with "
            "a grade above 0. The first column of the judgements must be the query's id."
        )
    return Judged(
        name=path.name.partition(".")[0],
        path=path,
        queries=kept,
        relevant={name: relevant[name] for name in kept},
        corpus=tuple(corpus),
        sha256=hash_files(used),
        corpus_sha256=hash_files(corpus),
        skipped=len(queries) - len(kept),
    )


def read_questions(path: Path) -> QuestionSet:
    """Read a question set: SQuAD's JSON, or JSONL rows of `question` and `answers` (or `answer`).

    Raises:
        InputError: It cannot be read, or holds no question.
    """
    if not path.is_file():
        raise InputError(f"{path} is not a file. Name a SQuAD file or JSONL rows of question and answers.")
    if ".jsonl" in path.name:
        found = QuestionSet(
            name=path.name.partition(".")[0],
            path=path,
            questions=tuple(
                question_of(row, where=f"{path}, line {line}") for line, row in numbered_rows(path)
            ),
            sha256=hash_files([path]),
        )
    else:
        found = _squad(path)
    if not found.questions:
        raise InputError(f"{path} holds no question.")
    return found


def question_of(row: Mapping[str, Any], *, where: str) -> Question:
    """Return the question a row holds.

    Raises:
        InputError: It holds none; `where` is named.
    """
    try:
        return Question.from_dict(row)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{where} is not a question: {error}. It needs `question` and `answers`.") from error


def save_questions(questions: Iterable[Question], path: Path) -> None:
    """Write questions as JSONL that `read_questions` reads, all at once or not at all."""
    write_rows((question.to_dict() for question in questions), path)


def write_rows(rows: Iterable[Mapping[str, Any]], path: Path) -> None:
    """Write rows as JSONL, all at once or not at all.

    Raises:
        LimitError: The file cannot be written.
    """
    try:
        with written_whole(path) as stream:
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    except OSError as error:
        raise LimitError(f"{path} cannot be written: {error}. Free some space and run it again.") from error


def _folder(path: Path) -> tuple[dict[str, str], dict[str, dict[str, int]], list[Path], list[Path]]:
    beir = _first(path, "queries.jsonl", "queries.jsonl.gz")
    topics = beir or _first(path, "topics*")
    qrels = _first(path, "qrels.tsv", "qrels/test.tsv", "qrels.tsv.gz", "qrels*.txt", "qrels*", "*.qrels")
    if topics is None or qrels is None or not qrels.is_file():
        raise InputError(
            f"{path} is not a judged collection: it needs queries.jsonl and qrels.tsv (BEIR), or topics* and "
            f"qrels* (TREC). It has {', '.join(sorted(one.name for one in path.iterdir())[:8]) or 'nothing'}."
        )
    if beir:
        queries = {str(row["_id"]): str(row["text"]) for row in _rows(beir, needs=("_id", "text"))}
        corpus = [one for one in (_first(path, "corpus.jsonl", "corpus.jsonl.gz"),) if one]
    else:
        queries = _trec_topics(topics)
        patterns = ("docs/*", "*.trec*", "*.sgml*")
        corpus = sorted(one for pattern in patterns for one in path.glob(pattern) if one.is_file())
        corpus = corpus or [one for one in (_first(path, "corpus.jsonl", "corpus.jsonl.gz"),) if one]
    return queries, read_qrels(qrels), corpus, [topics, qrels]


def _jsonl_judgements(path: Path) -> tuple[dict[str, str], dict[str, dict[str, int]]]:
    queries: dict[str, str] = {}
    relevant: dict[str, dict[str, int]] = {}
    for line, row in numbered_rows(path):
        name = str(row.get("_id", row.get("id", line)))
        text, grades = row.get("query", row.get("text", row.get("question"))), row.get("relevant")
        if not isinstance(text, str) or not isinstance(grades, (list, dict)):
            raise InputError(
                f"{path}, line {line}: `query` (text) and `relevant` (ids, or grades by id) are needed."
            )
        queries[name] = text
        relevant[name] = (
            {str(one): int(grade) for one, grade in grades.items()}
            if isinstance(grades, dict)
            else dict.fromkeys(map(str, grades), 1)
        )
    return queries, relevant


def _squad(path: Path) -> QuestionSet:
    try:
        with open_text(path) as stream:
            articles = json.load(stream)["data"]
        questions: list[Question] = []
        passages: dict[str, str] = {}
        titles: dict[str, str] = {}
        for article in articles:
            for number, paragraph in enumerate(article["paragraphs"]):
                name = f"{article.get('title', path.name)}#{number}"
                passages[name], titles[name] = paragraph["context"], str(article.get("title", ""))
                questions += (_squad_question(item, name) for item in paragraph["qas"])
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"it is not JSON: {error}" if isinstance(error, ValueError) else f"{error!r}"
        raise InputError(
            f"{path} is not in SQuAD's layout (data, paragraphs, qas): {what}. Rows of one object a line "
            "need the ending .jsonl."
        ) from error
    return QuestionSet(
        name=path.name.partition(".")[0],
        path=path,
        questions=tuple(questions),
        passages=passages,
        titles=titles,
        sha256=hash_files([path]),
    )


def _squad_question(item: Mapping[str, Any], document: str) -> Question:
    answers = tuple(dict.fromkeys(answer["text"] for answer in item["answers"]))
    return Question(
        text=item["question"].strip(),
        kind="factual" if answers else "unanswerable",
        answers=answers,
        evidence=(Evidence(document=document),) if answers else (),
        name=str(item["id"]),
    )


def _trec_topics(path: Path) -> dict[str, str]:
    with open_text(path) as stream:
        text = stream.read()
    if "<top" in text:
        return {number: " ".join(title.split()) for number, title in _TOPIC.findall(text)}
    rows = csv.reader(text.splitlines(), delimiter="\t")
    return {cells[0].strip(): cells[1].strip() for cells in rows if len(cells) > 1}


def _trec_documents(path: Path) -> Iterator[dict[str, str]]:
    with open_text(path) as stream:
        text = stream.read()
    for body in _TREC_DOCUMENT.findall(text):
        number = _TREC_NUMBER.search(body)
        if number is None:
            raise InputError(f"{path}: a <DOC> has no <DOCNO>.")
        title = _TREC_TITLE.search(body)
        rest = body.replace(number[0], "").replace(title[0] if title else "", "")
        yield {
            "_id": number[1],
            "title": " ".join(_TAG.sub(" ", title[2]).split()) if title else "",
            "text": _TAG.sub(" ", rest).strip(),
        }


def _first(folder: Path, *patterns: str) -> Path | None:
    return next((one for pattern in patterns for one in sorted(folder.glob(pattern)) if one.is_file()), None)


def _rows(path: Path, *, needs: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    for line, row in numbered_rows(path):
        absent = [name for name in needs if name not in row]
        if absent:
            raise InputError(f"{path}, line {line}: there is no `{absent[0]}`.")
        yield row
