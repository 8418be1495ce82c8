"""How well the shipped reader reads the gold paragraph, on articles it never saw, by where they come from.

Use: python benchmarks/reader.py --data ../shared/data [--questions 200] [--model FOLDER]
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from held_out import held_out_questions

from vademecum.evaluate.page import format_score
from vademecum.improve.score_reader import score_reader
from vademecum.models.catalog import find_model
from vademecum.models.pull import ensure_model
from vademecum.models.read import Reader

SOURCES = {"squad1_du": "SQuAD 1.1", "squad2_dev": "SQuAD 2.0", "": "all"}
SEED = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="folder of a reader; the shipped one when left out")
    parser.add_argument("--questions", type=int, default=0, help="of each source at most; 0: all")
    options = parser.parse_args()
    reader = Reader.open(options.model or ensure_model(find_model("reader-small")), "benchmark")
    for source, words in SOURCES.items():
        rows = held_out_questions(options.data, source=source)
        if options.questions:
            rows = random.Random(SEED).sample(rows, min(options.questions, len(rows)))
        figures = ", ".join(f"{score.metric} {format_score(score)}" for score in score_reader(reader, rows))
        print(f"{words}, {len(rows)} questions: {figures}", flush=True)


if __name__ == "__main__":
    main()
