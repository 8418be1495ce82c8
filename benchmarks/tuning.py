"""Search tuned to two collections by made queries: what their judged queries gain, and what is forgotten.

Use: python benchmarks/tuning.py --data ../shared/data [--questions 2500] [--anchor 1.0]
Cranfield and NPL are ingested together; `vade data make --task pairs` makes the queries from their passages,
no judged query is ever seen. The figures are nDCG@10 of the vectors alone, whole documents as int8, base and
tuned model beside each other; SciFact stands for what neither collection holds.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

import vademecum
from vademecum import improve
from vademecum.evaluate.data import read_judged
from vademecum.evaluate.statistics import paired_test
from vademecum.improve.score_pairs import judged_search
from vademecum.train.datasets import Datasets
from vademecum.train.recipes.embedder import EmbedderSettings
from vademecum.train.settings import FitSettings
from vademecum.train.task import Evaluation, Step

COLLECTIONS = ("cranfield", "npl_vaswani")
GENERAL = "scifact"
NAME = "own"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--questions", type=int, default=2500)
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--learning-rate", type=float, default=2e-5)
    parser.add_argument("--anchor", type=float, default=1.0)
    options = parser.parse_args()
    folder = options.work / "ws-tuning"
    folder.mkdir(parents=True, exist_ok=True)
    with vademecum.open(folder) as workspace:
        workspace.ingest(*(options.data / name / "corpus.jsonl.gz" for name in COLLECTIONS))
        if NAME not in {card.name for card in Datasets.of(folder).list()}:
            improve.make_dataset(workspace, name=NAME, questions=options.questions, task="pairs")
        settings = FitSettings(
            epochs=options.epochs, batch_size=32, learning_rate=options.learning_rate, patience=2
        )
        card = improve.train_embedder(
            workspace,
            NAME,
            settings=settings,
            recipe=EmbedderSettings(anchor=options.anchor),
            on_step=tell,
        )
        for score in card.metrics:
            print(f"{score.metric} {score.value:.4f} [{score.low:.4f}, {score.high:.4f}]")
        base, tuned = workspace.embedder(card.base), workspace.embedder(card.id)
        for name in (*COLLECTIONS, GENERAL):
            judged = read_judged((options.data / name).absolute())
            before, after = judged_search(base, judged), judged_search(tuned, judged)
            test = paired_test(before, after)
            print(
                f"{name}: {len(before)} judged queries, nDCG@10 {statistics.fmean(before):.4f} before,"
                f" {statistics.fmean(after):.4f} after,"
                f" {test.difference:+.4f} [{test.low:+.4f}, {test.high:+.4f}]",
                flush=True,
            )


def tell(told: Step | Evaluation | str) -> None:
    """Print what is held out."""
    if isinstance(told, Evaluation):
        print(f"after step {told.step}: {told.figures}", flush=True)


if __name__ == "__main__":
    main()
