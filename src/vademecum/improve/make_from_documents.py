"""Makes a dataset of questions, or of pairs, from a workspace's own documents."""

from __future__ import annotations

import hashlib
import itertools
import logging
import random
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Literal

from vademecum import measure
from vademecum.errors import InputError
from vademecum.improve.add_files import NO_PASSAGE
from vademecum.improve.passage_of import Passages, Window
from vademecum.improve.topics import topic_pairs
from vademecum.ingest.chunk import chunk_document
from vademecum.measure.collection import OnItem
from vademecum.models.parse import EnglishParser
from vademecum.models.pull import Progress
from vademecum.train.datasets import Datasets, Shares, pairs_of, split_examples
from vademecum.train.datasets.found import digest
from vademecum.values import Chunk, DatasetCard, Document, Example, PairExample, Question, QuestionExample
from vademecum.workspace import Workspace

_log = logging.getLogger(__name__)

KINDS = ("factual", "table", "unanswerable", "follow-up")
"""Kinds whose answers are words of one passage; counts and several hops are not."""
_ABOUT = "Made by rules from the workspace's own documents, without any large model."
_HITS = 3
_LEAST_DOCUMENTS = 10
_LEAST_WORDS = 8
_PARSER = "en-core-web-sm"


def make_dataset(
    workspace: Workspace,
    *,
    name: str,
    questions: int = 500,
    seed: int = 0,
    task: Literal["questions", "pairs"] = "questions",
    licence: str = "",
    about: str = "",
    shares: Shares | None = None,
    on_progress: OnItem | None = None,
    on_pull: Progress | None = None,
) -> DatasetCard:
    """Make questions over the workspace's documents, each with its passage and the answer's span.

    Questions that no document answers go in with the passage that search shows for them. English
    only. Groups are documents; where fewer than ten give questions, they are passages.

    Args:
        workspace: Whose documents are asked about, and where the dataset is kept.
        name: What it is called.
        questions: How many at most.
        seed: Another one gives other questions and another split.
        task: "pairs" keeps query and passage, for embedders and rerankers; where there are fewer
            questions than asked for, topics of other passages are added.
        licence: Of the documents.
        about: What a reader has to know.
        shares: Of groups to hold out; .1 for dev and .2 for test when None.
        on_progress: Told how many of how many are made.
        on_pull: Told how far the download of the parser is, on first use.

    Raises:
        InputError: There are no documents, they give no question, or too few groups.
    """
    documents = {document.id: document for document in workspace.all_documents()}
    if not documents:
        raise InputError("The workspace has no documents. Run `vade ingest FOLDER` first.")
    made = measure.make_questions(
        workspace, count=questions, kinds=KINDS, seed=seed, on_progress=on_progress, on_pull=on_pull
    )
    rows, left_out = _examples(workspace, documents, made.questions)
    examples: list[Example] = list(rows)
    if task == "pairs":
        left_out[NO_PASSAGE] += sum(not row.answerable for row in rows)
        pairs = pairs_of(rows)
        examples = [*pairs, *_topics(workspace, documents, pairs, questions, seed, on_progress)]
    if not examples:
        raise InputError(
            f"The {len(documents)} documents give no question. They need English prose or tables of at least "
            "some sentences; `vade status` lists what was read."
        )
    split = split_examples(examples, shares=shares, seed=seed)
    _log.info("%s: %s", name, split.note)
    command = ["vade", "data", "make", "--from-documents", "--name", name, "--questions", str(questions)]
    command += ["--seed", str(seed), *(["--task", task] if task == "pairs" else [])]
    command += ["--dev", f"{shares.dev:g}", "--test", f"{shares.test:g}"] if shares else []
    return Datasets.of(workspace.folder).add(
        name,
        split.splits,
        task=task,
        licence=licence,
        sources=(f"{len(documents)} documents (sha256 {_hash(documents)})",),
        about=" ".join((about or _ABOUT, *made.notes)),
        left_out=+left_out,
        made_by=shlex.join(command),
    )


def _examples(
    workspace: Workspace, documents: Mapping[str, Document], questions: Sequence[Question]
) -> tuple[list[QuestionExample], Counter[str]]:
    """Return the questions with their passages, and how many have none by reason."""
    roots = [PurePath(root) for root in workspace.roots()]
    passages = Passages(
        documents,
        chunk=lambda document: _chunks(workspace, document),
        search=lambda asked: workspace.search(asked, top_k=_HITS),
        group_of=lambda window: _source(window.document, roots),
    )
    found = [passages.example(question) for question in questions]
    reasons = Counter(reason for reason in found if isinstance(reason, str))
    rows = [row for row in found if isinstance(row, QuestionExample)]
    if len({row.group for row in rows}) < _LEAST_DOCUMENTS:
        rows = [replace(row, group=f"{row.group}#{digest(row.context)}") for row in rows]
    return rows, reasons


def _topics(
    workspace: Workspace,
    documents: Mapping[str, Document],
    pairs: Sequence[PairExample],
    count: int,
    seed: int,
    on_progress: OnItem | None,
) -> list[PairExample]:
    """Return topics of passages that have no question, so many that there are `count` pairs."""
    asked = {pair.positive for pair in pairs}
    order = list(documents.values())
    random.Random(seed).shuffle(order)
    windows = (window for window in _windows(workspace, order) if window.text not in asked)
    roots = [PurePath(root) for root in workspace.roots()]
    chosen = list(itertools.islice(windows, max(count - len(pairs), 0)))
    found = topic_pairs(
        chosen,
        parse=EnglishParser.load(_PARSER).parse,
        group_of=lambda window: _source(window.document, roots),
        on_pair=on_progress,
    )
    few = len({pair.group for pair in [*pairs, *found]}) < _LEAST_DOCUMENTS
    return [replace(pair, group=f"{pair.group}#{digest(pair.positive)}") for pair in found] if few else found


def _windows(workspace: Workspace, documents: Sequence[Document]) -> Iterator[Window]:
    """Yield the prose of documents, chunk by chunk."""
    for document in documents:
        for chunk in _chunks(workspace, document):
            text = document.text[chunk.start : chunk.end]
            if len(text.split()) >= _LEAST_WORDS and "|" not in text:
                yield Window(document=document, start=chunk.start, end=chunk.end)


def _chunks(workspace: Workspace, document: Document) -> Sequence[Chunk]:
    """Return the chunks that search knows of a document."""
    return chunk_document(
        document,
        count_tokens=workspace.embedder().count_tokens,
        max_tokens=workspace.config.chunk.max_tokens,
    )


def _source(document: Document, roots: Sequence[PurePath]) -> str:
    """Return what a document is called below the path that was ingested: moving it changes nothing."""
    source = PurePath(document.source)
    for root in roots:
        if source == root:
            return source.name
        if source.is_relative_to(root):
            return source.relative_to(root).as_posix()
    return document.source


def _hash(documents: Mapping[str, Document]) -> str:
    """Return 12 hexadecimal digits over the texts of documents, wherever they lie."""
    texts = sorted(
        hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
        for document in documents.values()
    )
    return hashlib.sha256("".join(texts).encode()).hexdigest()[:12]
