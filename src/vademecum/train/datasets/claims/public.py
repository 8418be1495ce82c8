"""Reads the public sets that claims may be trained on: what shipped weights learn from, and nothing else.

All are of a licence that allows it: SciFact (CC BY 4.0, abstracts ODC-By), FEVER and the paragraphs of
SQuAD, HotpotQA, 2WikiMultihopQA and MuSiQue (CC BY-SA, CC BY), PAWS-Wiki (free for any purpose).
Use: `scifact(Path("data"), seed=0)`.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from vademecum.text.analyse import analyse
from vademecum.text.rows import numbered_rows
from vademecum.text.sentences import split_sentences
from vademecum.train.datasets.claims.paragraphs import Paragraph
from vademecum.values.dataset import ClaimExample, ClaimLabel

_SCIFACT: dict[str, ClaimLabel] = {"SUPPORT": "supported", "CONTRADICT": "contradicted"}
_MOST_SENTENCES = 5


Row = dict[str, Any]
"""A row of a file, as it has it."""


def scifact(data: Path, *, seed: int = 0) -> Iterator[ClaimExample]:
    """Yield the training claims of SciFact with sentences of their abstracts.

    Claims that cite an abstract of a test claim are left out. A claim is open beside a cited abstract in
    which nobody found evidence, and beside what is left of one without its evidence.
    """
    chance = random.Random(seed)
    folder = data / "scifact"
    sentences = {row["_id"]: row["sentences"] for row in _rows(folder / "corpus.jsonl.gz")}
    tested = {document for row in _rows(folder / "claims.jsonl") for document in row["cited_doc_ids"]}
    for row in _rows(folder / "claims_train.jsonl.gz"):
        found: dict[str, set[int]] = defaultdict(set)
        labels = {}
        for one in row["evidence"]:
            found[one["doc_id"]].update(one["sentences"])
            labels[one["doc_id"]] = _SCIFACT[one["label"]]
        for document in row["cited_doc_ids"]:
            if document not in sentences or tested.intersection(row["cited_doc_ids"]):
                continue
            texts = sentences[document]
            name = f"scifact/{row['_id']}/{document}"
            parts: list[tuple[str, ClaimLabel]] = []
            if document in found:
                places = sorted(found[document])
                parts.append(
                    (" ".join(texts[at].strip() for at in places[:_MOST_SENTENCES]), labels[document])
                )
                parts.append((_near(texts, chance.choice(places), chance), labels[document]))
                rest = [text for at, text in enumerate(texts) if at not in found[document]]
                parts.append((_near(rest, chance.randrange(len(rest)), chance), "neither")) if rest else None
            else:
                parts += [(_near(texts, chance.randrange(len(texts)), chance), "neither") for _ in range(2)]
            for number, (evidence, label) in enumerate(parts):
                yield ClaimExample(
                    id=f"{name}/{number}",
                    group=f"scifact/{document}",
                    claim=row["text"],
                    evidence=evidence,
                    label=label,
                )


def _near(texts: list[str], at: int, chance: random.Random) -> str:
    first = max(0, at - chance.randrange(3))
    return " ".join(
        text.strip() for text in texts[first : first + chance.choice((3, 4, _MOST_SENTENCES))] if text.strip()
    )


def fever(data: Path, *, held_out: Collection[str], seed: int = 0) -> Iterator[ClaimExample]:
    """Yield claims of FEVER beside what is true of their page by other claims, for its texts are not at hand.

    Args:
        data: Folder of the data sets.
        held_out: Names of pages that are measured on.
        seed: Of the order of the true claims.
    """
    chance = random.Random(seed)
    true: dict[str, list[str]] = defaultdict(list)
    rows = list(_rows(data / "fever_dev_claims" / "claims.jsonl.gz"))
    for row in rows:
        for page in dict(row["evidence_pages"]) if row["label"] == "SUPPORTS" else ():
            true[page].append(row["claim"])
    for row in rows:
        pages = [page for page in dict(row["evidence_pages"]) if page in true]
        if row["label"] == "NOT ENOUGH INFO":
            pages = [page for page in true if row["claim"].startswith(f"{_page_name(page)} ")]
        for page in pages[:2]:
            example = _of_page(row, page, true[page], chance) if _page_name(page) not in held_out else None
            if example:
                yield example


def _of_page(row: Row, page: str, true: list[str], chance: random.Random) -> ClaimExample | None:
    """Return a claim beside the true ones of a page; None when these do not decide it."""
    claim, name = row["claim"], _page_name(page)
    words = set(analyse(claim))
    others = [one for one in dict.fromkeys(true) if one != claim and name.split()[0] in one]
    label: ClaimLabel = "neither"
    if row["label"] != "NOT ENOUGH INFO":
        near = [one for one in others if _decides(words, set(analyse(one)), row["label"] == "SUPPORTS")]
        if not near or name.split()[0] not in claim:
            return None
        label = "supported" if row["label"] == "SUPPORTS" else "contradicted"
        chosen = [chance.choice(near), *chance.sample(others, min(4, len(others)))]
    else:
        chosen = chance.sample(others, min(5, len(others)))
    chosen = list(dict.fromkeys(chosen))
    chance.shuffle(chosen)
    if not chosen:
        return None
    return ClaimExample(
        id=f"fever/{row['id']}/{page}",
        group=f"fever/{name}",
        claim=claim,
        evidence=" ".join(chosen),
        label=label,
        origin="changed",
    )


def _decides(claim: set[str], other: set[str], supports: bool) -> bool:
    """Say whether a true claim decides another one: holds nearly all of its words, or replaces one or two."""
    if supports:
        return len(claim) >= 3 and len(claim - other) <= (0 if len(claim) < 4 else 1)
    return len(claim & other) >= 2 and 1 <= len(claim - other) <= 2 and 1 <= len(other - claim) <= 3


def paws(data: Path) -> Iterator[ClaimExample]:
    """Yield the pairs of PAWS-Wiki: paraphrases support each other, exchanged words contradict."""
    for part in ("dev", "test"):
        for row in _rows(data / "paws_wiki" / f"{part}.jsonl.gz"):
            yield ClaimExample(
                id=f"paws/{part}/{row['id']}",
                group=f"paws/{part}/{row['id']}",
                claim=_detokenised(row["sentence2"]),
                evidence=_detokenised(row["sentence1"]),
                label="supported" if row["paraphrase"] == 1 else "contradicted",
            )


def wikipedia(data: Path) -> Iterator[Paragraph]:
    """Yield paragraphs of HotpotQA, 2WikiMultihopQA and MuSiQue, each once."""
    seen: set[str] = set()
    for name, title, text in _passages(data):
        text = _detokenised(" ".join(text.split()))
        if text[:80] not in seen and len(split_sentences(text)) >= 2:
            seen.add(text[:80])
            yield Paragraph(
                id=f"{name}/{len(seen)}", group=f"wiki/{title.casefold()}", title=title, text=text
            )


def _passages(data: Path) -> Iterator[tuple[str, str, str]]:
    for part in ("dev", "train"):
        for row in _rows(data / "hotpotqa" / f"{part}_distractor.jsonl.gz"):
            for title, sentences in row["context"]:
                yield "hotpotqa", title, " ".join(sentences)
        for row in _rows(data / "musique" / f"{part}.jsonl.gz"):
            for one in row["paragraphs"]:
                yield "musique", one["title"], one["paragraph_text"]
    for row in _rows(data / "2wikimultihopqa" / "passages.jsonl.gz"):
        yield "2wiki", row["title"], row["text"]


def squad(path: Path) -> Iterator[tuple[Paragraph, list[Row]]]:
    """Yield the paragraphs of a file in SQuAD's form with their questions, as the file has them."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        articles = json.load(file)["data"]
    for article in articles:
        title = article["title"].replace("_", " ")
        for number, one in enumerate(article["paragraphs"]):
            paragraph = Paragraph(
                id=f"{path.parent.name}/{title}/{number}",
                group=f"wiki/{title.casefold()}",
                title=title,
                text=one["context"],
            )
            yield paragraph, one["qas"]


def _detokenised(text: str) -> str:
    """Return a text without the spaces and quotation marks that tokenizers left in it."""
    text = re.sub(r"``\s*|\s*''", '"', text)
    text = re.sub(r"\s+([,.;:!?)\]%])|\s+('s\b|n't\b)", r"\1\2", text)
    return re.sub(r"([(\[])\s+", r"\1", re.sub(r"(\w)\((?=\s)", r"\1 (", text)).strip()


def _page_name(page: str) -> str:
    for written, meant in {"-LRB-": "(", "-RRB-": ")", "-COLON-": ":", "_": " "}.items():
        page = page.replace(written, meant)
    return page.partition(" (")[0]


def _rows(path: Path) -> Iterator[Row]:
    for _, row in numbered_rows(path):
        yield row
