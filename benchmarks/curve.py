"""F1 of a reader against how much it learned from: people's questions, made ones, and both.

Use: python benchmarks/curve.py --data ../shared/data [--sizes 300 1200] [--made 300 1200]
Articles are split as for the shipped reader; made questions come from the passages of the training articles.
Every reader begins with the same base and makes two passes over its questions; figures are of questions of
held-out articles, the gold paragraph given, before the export to int8.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from held_out import FILES

import vademecum
from vademecum import improve
from vademecum.improve.score_reader import reader_scores
from vademecum.train.bases import load_base
from vademecum.train.datasets import Datasets, Shares, read_examples, split_examples
from vademecum.train.engine import fit
from vademecum.train.recipes.reader import ReaderSettings, ReaderTask, read_rows
from vademecum.train.settings import FitSettings
from vademecum.values import QuestionExample
from vademecum.values.dataset import SPLITS

BASE = "ms-marco-minilm"
NAME = "made"
SETTINGS = FitSettings(epochs=2, learning_rate=1.5e-4, evaluations=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--sizes", type=int, nargs="*", default=[300, 1200], help="people's questions")
    parser.add_argument("--made", type=int, nargs="*", default=[300, 1200], help="made questions")
    parser.add_argument("--asked", type=int, default=600)
    options = parser.parse_args()
    examples = read_examples([options.data / file for file in FILES]).examples
    splits = split_examples(examples, shares=Shares(dev=0.08, test=0.2), seed=4).splits
    real, dev, test = (
        shuffled([one for one in splits[part] if isinstance(one, QuestionExample)])
        for part in ("train", "dev", "test")
    )
    made = shuffled(made_questions(real, options.work / "ws-curve", max(options.made)))
    runs = [(f"{size} real", real[:size]) for size in options.sizes]
    runs += [(f"{size} made", made[:size]) for size in options.made]
    both = min(max(options.made), max(options.sizes))
    runs.append((f"{both} real and {both} made", [*real[:both], *made[:both]]))
    for name, rows in runs:
        encoder, tokenizer = load_base(BASE)
        recipe = ReaderSettings(other_passages=0.0)
        task = ReaderTask(encoder, tokenizer, train=rows, dev=dev[:50], settings=recipe)
        folder = options.work / "curve" / name.replace(" ", "-")
        run = fit(task, settings=SETTINGS, folder=folder, identity=name)
        asked = test[: options.asked]
        scores = reader_scores(asked, read_rows(task.model, task.tokenizer, asked))
        figures = ", ".join(
            f"{score.metric} {score.value:.3f} [{score.low:.3f}, {score.high:.3f}]" for score in scores
        )
        print(f"{name} ({len(rows)}): {figures}; {run.steps[-1].seconds:.0f} s", flush=True)


def made_questions(real: Sequence[QuestionExample], folder: Path, count: int) -> list[QuestionExample]:
    """Return questions made from the passages of the training articles."""
    folder.mkdir(parents=True, exist_ok=True)
    with vademecum.open(folder) as workspace:
        passages = folder / "passages"
        passages.mkdir(exist_ok=True)
        for number, context in enumerate(sorted({one.context for one in real})):
            (passages / f"{number}.txt").write_text(context, "utf-8")
        workspace.ingest(passages)
        store = Datasets.of(folder)
        if NAME not in {card.name for card in store.list()}:
            improve.make_dataset(workspace, name=NAME, questions=count)
        card = store.get(NAME)
        rows = [row for part in SPLITS for row in store.rows(card, part)]
        return [row for row in rows if isinstance(row, QuestionExample)]


def shuffled(rows: Sequence[QuestionExample]) -> list[QuestionExample]:
    """Return rows in an order that is the same every time."""
    ordered = sorted(rows, key=lambda row: row.id)
    random.Random(0).shuffle(ordered)
    return ordered


if __name__ == "__main__":
    main()
