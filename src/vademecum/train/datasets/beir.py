"""Judged collections in BEIR's layout as pairs of query and relevant document.

Use: `read_beir(Path("scifact"))`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from vademecum.errors import InputError
from vademecum.text.rows import numbered_rows, read_qrels
from vademecum.train.datasets.found import EMPTY, NO_DOCUMENT, SPLIT_NAMES, Found
from vademecum.values import PairExample, Split

_MOST_NEGATIVES = 8


def is_beir(folder: Path) -> bool:
    """Say whether a folder holds queries, documents and judgements."""
    return bool(_first(folder, "queries") and _first(folder, "corpus") and _judgements(folder))


def read_beir(folder: Path) -> Iterator[Found]:
    """Yield a pair for each relevant document of each query; the document is the group.

    Documents that were judged and found irrelevant become negatives. Where the judgements lie in
    `qrels/train.tsv`, `dev.tsv` and `test.tsv`, those are the split.

    Raises:
        InputError: A file is missing or damaged.
    """
    queries, corpus = _first(folder, "queries"), _first(folder, "corpus")
    if queries is None or corpus is None:
        raise InputError(f"{folder} needs queries.jsonl, corpus.jsonl and qrels.tsv.")
    texts = {str(row.get("_id")): str(row.get("text", "")).strip() for _, row in numbered_rows(queries)}
    passages = {
        str(row.get("_id")): "\n".join(
            part for name in ("title", "text") if (part := str(row.get(name) or "").strip())
        )
        for _, row in numbered_rows(corpus)
    }
    for path, split in _judgements(folder):
        for query, grades in read_qrels(path).items():
            if query in texts:
                yield from _pairs(query, texts[query], grades, passages, path=path, split=split)


def _pairs(
    query: str,
    text: str,
    grades: Mapping[str, int],
    passages: Mapping[str, str],
    *,
    path: Path,
    split: Split | None,
) -> Iterator[Found]:
    irrelevant = [passages[name] for name, grade in grades.items() if grade <= 0 and passages.get(name)]
    for name, grade in grades.items():
        where = f"{path.name}, query {query!r}, document {name!r}"
        if grade <= 0:
            continue
        if name not in passages:
            yield Found(where=where, reason=NO_DOCUMENT, detail=f"{name!r} is not in the corpus")
        elif not passages[name] or not text:
            yield Found(where=where, reason=EMPTY, detail="the query or the document is empty")
        else:
            example = PairExample(
                id=f"{query}/{name}",
                group=name,
                query=text,
                positive=passages[name],
                negatives=tuple(dict.fromkeys(irrelevant))[:_MOST_NEGATIVES],
            )
            yield Found(where=where, example=example, split=split)


def _judgements(folder: Path) -> list[tuple[Path, Split | None]]:
    parts = [(path, SPLIT_NAMES.get(path.stem)) for path in sorted((folder / "qrels").glob("*.tsv"))]
    if parts:
        return [(path, split) for path, split in parts if split]
    return [(path, None) for path in sorted(folder.glob("qrels*.tsv"))]


def _first(folder: Path, stem: str) -> Path | None:
    paths = (folder / f"{stem}.jsonl", folder / f"{stem}.jsonl.gz")
    return next((path for path in paths if path.is_file()), None)
