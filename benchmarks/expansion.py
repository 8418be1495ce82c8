"""What putting misspelt words right and adding short and long forms does to nDCG@10.

Use: python benchmarks/expansion.py --data ../shared/data [--sets cranfield squad1_du]
Each query is searched for as it is, and with a slip of the hand in one of its words of five letters or more
(two letters swapped, one left out, one doubled or one mistaken for its neighbour on the keyboard).
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
from pathlib import Path

from collections_data import SEED, load_judged, ndcg_at_10
from retrieval import prepare

import vademecum
from vademecum.evaluate.statistics import bootstrap_interval

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_WORD = re.compile(r"\b[a-z]{5,}\b")
RUNS = {
    "neither": {"retrieve.spelling": False},
    "spelling": {},
    "abbreviations": {"retrieve.spelling": False, "retrieve.abbreviations": True},
    "both": {"retrieve.abbreviations": True},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--sets", nargs="*", default=["cranfield", "squad1_du"])
    parser.add_argument("--queries", type=int, default=200, help="Most queries of a set.")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    for name in options.sets:
        judged = load_judged(options.data, name)
        folder = prepare(judged, options.work)
        kept = dict(list(judged.queries.items())[: options.queries])
        misspelt = {key: slip(text, random.Random(f"{SEED} {key}")) for key, text in kept.items()}
        for kind, queries in (("as they are", kept), ("misspelt", misspelt)):
            scores = {run: measured(folder, queries, judged.relevant, config) for run, config in RUNS.items()}
            for run, values in scores.items():
                gains = [after - before for before, after in zip(scores["neither"], values, strict=True)]
                low, high = bootstrap_interval(gains)
                print(
                    f"{name} {kind}, {run}: {statistics.fmean(values):.4f},"
                    f" {statistics.fmean(gains):+.4f} [{low:+.4f}, {high:+.4f}]",
                    flush=True,
                )


def measured(
    folder: Path, queries: dict[str, str], relevant: dict[str, dict[str, int]], config: dict[str, bool]
) -> list[float]:
    """Return nDCG@10 of each query."""
    scores = []
    with vademecum.open(folder, config=config) as workspace:
        for key, query in queries.items():
            hits = workspace.search(query, top_k=10, by_document=True)
            ranked = [document for hit in hits for document in (hit.document, *hit.also_at)]
            scores.append(ndcg_at_10(ranked, relevant.get(key, {})))
    return scores


def slip(text: str, chance: random.Random) -> str:
    """Return a text with a slip of the hand in one of its longer words."""
    words = list(_WORD.finditer(text))
    if not words:
        return text
    found = chance.choice(words)
    word, at = found[0], chance.randrange(1, len(found[0]) - 1)
    near = next(row for row in _ROWS if word[at] in row)
    other = near[(near.index(word[at]) + 1) % len(near)]
    wrong = chance.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + other + word[at + 1 :],
        ]
    )
    return text[: found.start()] + wrong + text[found.end() :]


if __name__ == "__main__":
    main()
