"""What the claim checker is measured on: public claims with their evidence, as people judged them.

Use: `load_set("scifact", Path("../shared/data"))`.
QAGS, Climate-FEVER and the test claims of SciFact and FEVER are never trained on; see
`vademecum.train.datasets.claims` for what is.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from vademecum.text.rows import numbered_rows

FEVER_LABELS = {"SUPPORTS": "supported", "REFUTES": "contradicted", "NOT ENOUGH INFO": "neither"}
CLIMATE_LABELS = {**FEVER_LABELS, "NOT_ENOUGH_INFO": "neither"}
SCIFACT_LABELS = {"SUPPORT": "supported", "CONTRADICT": "contradicted"}
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-COLON-": ":", "_": " "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One claim with its evidence.

    Attributes:
        group: Article or abstract; a half holds all of it or nothing.
        claim: What is said.
        evidence: What it is checked against.
        label: supported, contradicted or neither; QAGS has only supported and neither.
    """

    group: str
    claim: str
    evidence: str
    label: str


def load_set(name: str, data: Path) -> list[Item]:
    """Return the items of a set."""
    return list(SETS[name](data))


def qags(data: Path, part: str) -> Iterator[Item]:
    """Yield summary sentences with their article."""
    for _, row in numbered_rows(data / "qags" / "qags.jsonl.gz"):
        for sentence in row["summary_sentences"] if row["set"] == part else ():
            label = "supported" if sentence["consistent"] else "neither"
            yield Item(group=row["id"], claim=sentence["sentence"], evidence=row["article"], label=label)


def scifact(data: Path) -> Iterator[Item]:
    """Yield test claims with each abstract they cite; neither where nobody found evidence in it."""
    texts = {row["_id"]: row["text"] for _, row in numbered_rows(data / "scifact" / "corpus.jsonl.gz")}
    for _, row in numbered_rows(data / "scifact" / "claims.jsonl"):
        found = {one["doc_id"]: SCIFACT_LABELS[one["label"]] for one in row["evidence"]}
        for document in row["cited_doc_ids"]:
            if document in texts:
                label = found.get(document, "neither")
                yield Item(group=document, claim=row["text"], evidence=texts[document], label=label)


def fever(data: Path) -> Iterator[Item]:
    """Yield claims whose page opens a paragraph that is at hand; FEVER itself brings no texts."""
    pages = openings(data)
    for _, row in numbered_rows(data / "fever_dev_claims" / "claims.jsonl.gz"):
        label = FEVER_LABELS[row["label"]]
        cited = {page_title(page) for page, _ in row["evidence_pages"]}
        named = [
            title
            for title in (cited or (page for page in pages if "(" not in page))
            if title in pages and is_about(row["claim"], title)
        ]
        if named:
            title = max(named, key=len)
            yield Item(group=title, claim=row["claim"], evidence=pages[title], label=label)


def climate_fever(data: Path) -> Iterator[Item]:
    """Yield claims with each sentence that was judged for them."""
    for _, row in numbered_rows(data / "climate_fever" / "claims.jsonl.gz"):
        for one in row["evidences"]:
            label = CLIMATE_LABELS[one["evidence_label"]]
            yield Item(group=row["claim_id"], claim=row["claim"], evidence=one["evidence"], label=label)


def openings(data: Path) -> dict[str, str]:
    """Return the first paragraph of Wikipedia pages by title."""
    found: dict[str, list[str]] = defaultdict(list)
    for _, row in numbered_rows(data / "2wikimultihopqa" / "passages.jsonl.gz"):
        found[row["title"]].append(row["text"])
    for part in ("dev", "train"):
        for _, row in numbered_rows(data / "hotpotqa" / f"{part}_distractor.jsonl.gz"):
            for title, sentences in row["context"]:
                found[title].append("".join(sentences))
        for _, row in numbered_rows(data / "musique" / f"{part}.jsonl.gz"):
            for one in row["paragraphs"]:
                found[one["title"]].append(one["paragraph_text"])
    for _, row in numbered_rows(data / "qed" / "qed_dev.jsonl.gz"):
        found[row["title_text"]].append(row["paragraph_text"])
    first = {
        title: next((text for text in texts if opens(title, text)), "") for title, texts in found.items()
    }
    return {title: text for title, text in first.items() if text}


def opens(title: str, text: str) -> bool:
    """Say whether a paragraph is the first one of its page: it begins by saying what the page is about."""
    name = re.escape(title.partition(" (")[0].split()[0])
    return (
        re.match(rf"(?:The )?{name}\b[^.]{{0,200}}? (?:is|was|are|were) (?:an?|the|one)\b", text) is not None
    )


def is_about(claim: str, title: str) -> bool:
    """Say whether a claim begins with the name of a page."""
    return claim.removeprefix("The ").startswith(title.partition(" (")[0].removeprefix("The ") + " ")


def page_title(page: str) -> str:
    """Return a page name of FEVER as Wikipedia writes it."""
    for written, meant in _BRACKETS.items():
        page = page.replace(written, meant)
    return page


SETS: dict[str, Callable[[Path], Iterator[Item]]] = {
    "qags-cnndm": lambda data: qags(data, "cnndm"),
    "qags-xsum": lambda data: qags(data, "xsum"),
    "scifact": scifact,
    "fever": fever,
    "climate-fever": climate_fever,
}
