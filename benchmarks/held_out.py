"""Questions on the articles that the shipped reader did not learn from, and all paragraphs to ask them over.

The split is that of `vade data add ... --dev 0.08 --test 0.2 --seed 4`, by article across the three files.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import vademecum
from vademecum.train.datasets import Shares, read_examples, split_examples
from vademecum.values import QuestionExample
from vademecum.workspace import Workspace

FILES = ("squad1_du/squad1.json.gz", "squad2_dev/dev.json.gz", "xquad/xquad.en.json.gz")
PASSAGES = ("squad1_du/contexts.jsonl.gz", "squad2_dev/contexts.jsonl.gz")


def held_out_questions(data: Path, *, source: str = "") -> list[QuestionExample]:
    """Return the test questions; with `source`, such as "squad2_dev", those of that file only."""
    examples = read_examples([data / file for file in FILES]).examples
    test = split_examples(examples, shares=Shares(dev=0.08, test=0.2), seed=4).splits["test"]
    questions = [one for one in test if isinstance(one, QuestionExample)]
    if not source:
        return questions
    file = next(file for file in FILES if file.startswith(source))
    groups = {one.group for one in read_examples([data / file]).examples}
    return [one for one in questions if one.group in groups]


def held_out_file(data: Path, work: Path, source: str) -> Path:
    """Return a file with all paragraphs of a set and only the questions of held-out articles."""
    file = next(file for file in FILES if file.startswith(source))
    asked = {one.id for one in held_out_questions(data, source=source)}
    content = json.loads(gzip.decompress((data / file).read_bytes()))
    for article in content["data"]:
        for paragraph in article["paragraphs"]:
            paragraph["qas"] = [one for one in paragraph["qas"] if one["id"] in asked]
    work.mkdir(parents=True, exist_ok=True)
    path = work / f"{source}-held-out.json"
    path.write_text(json.dumps(content), "utf-8")
    return path


@contextmanager
def open_passages(data: Path, work: Path) -> Iterator[Workspace]:
    """Open a workspace that holds all paragraphs of SQuAD 1.1 and 2.0."""
    work.mkdir(parents=True, exist_ok=True)
    with vademecum.open(work / "ws-held-out") as workspace:
        for file in PASSAGES:
            rows = work / f"{Path(file).parent.name}-contexts.jsonl"
            rows.write_bytes(gzip.decompress((data / file).read_bytes()))
            workspace.ingest(rows, id_field="_id", title_field="title", text_field="text")
        yield workspace
