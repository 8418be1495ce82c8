"""Makes the claims that the shipped checker learns from, trains it, and writes it with its card.

Use: python benchmarks/train_checker.py --data ../shared/data --out /tmp/checker [--resume]
Only sets of a licence that allows shipping are learnt from; see `train/datasets/claims/public.py`.
Two quiet cores need about a quarter of an hour; --resume goes on after an interruption.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from checker_data import load_set

from vademecum.models.catalog import find_model
from vademecum.models.check import ClaimChecker
from vademecum.models.parse import EnglishParser
from vademecum.models.pull import ensure_model
from vademecum.text.parsed import Parse
from vademecum.train.bases import load_base
from vademecum.train.datasets.claims import public
from vademecum.train.datasets.claims.compose import Asked, from_questions, from_sentences
from vademecum.train.datasets.claims.forms import Verbs
from vademecum.train.datasets.claims.paragraphs import Paragraph, read_sentences
from vademecum.train.datasets.claims.swaps import Pool
from vademecum.train.datasets.split import Shares, split_examples
from vademecum.train.datasets.store import Datasets
from vademecum.train.engine import fit
from vademecum.train.export import export_onnx
from vademecum.train.heads import load_head
from vademecum.train.recipes.checker import CheckerTask, check_rows
from vademecum.train.settings import FitSettings
from vademecum.train.task import FitRun
from vademecum.values import ClaimExample, DatasetCard

SQUAD = ("squad1_du/squad1.json.gz", "squad2_dev/dev.json.gz", "xquad/xquad.en.json.gz")
ARTICLES = 2_600
"""Articles of HotpotQA, 2WikiMultihopQA and MuSiQue that claims are made of."""
MIX = {"questions": 5_000, "sentences": 4_000, "scifact": 2_000, "fever": 1_300, "paws": 1_300}
"""Most examples of each source."""
DEV = 600
LICENCE = "CC BY-SA 4.0"
SOURCES = (
    "SQuAD 1.1 and 2.0, XQuAD en (CC BY-SA 4.0)",
    "HotpotQA (CC BY-SA 4.0), 2WikiMultihopQA (Apache-2.0), MuSiQue (CC BY 4.0): paragraphs of Wikipedia",
    "SciFact training claims (CC BY 4.0; abstracts ODC-By 1.0)",
    "FEVER (CC BY-SA 3.0)",
    "PAWS-Wiki (free for any purpose)",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--base", default="ms-marco-minilm")
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--held-out", type=Path, help="titles of articles that must not be learnt from, one a line"
    )
    parser.add_argument("--resume", action="store_true")
    options = parser.parse_args()
    held_out = options.held_out.read_text("utf-8").splitlines() if options.held_out else []
    datasets = Datasets(options.out / "datasets")
    if not datasets.list():
        make_dataset(datasets, options.data, held_out=held_out, seed=options.seed)
    card = datasets.get("claims")
    print(card.id, dict(card.counts), dict(card.origins), flush=True)
    settings = FitSettings(
        epochs=options.epochs, learning_rate=options.rate, seed=options.seed, evaluations=4
    )
    train(datasets, card, options.base, settings, options.out, resume=options.resume)


def make_dataset(datasets: Datasets, data: Path, *, held_out: Sequence[str], seed: int) -> DatasetCard:
    """Make the claims and keep them as a dataset."""
    made = make_claims(data, held_out=held_out, seed=seed)
    chance = random.Random(seed)
    examples: list[ClaimExample] = []
    for name, most in MIX.items():
        examples += chance.sample(made[name], min(most, len(made[name])))
        print(name, Counter(one.label for one in made[name]), flush=True)
    found = split_examples(examples, shares=Shares(dev=0.06, test=0.0), seed=seed)
    dev = found.splits["dev"]
    splits = {**found.splits, "dev": chance.sample(dev, min(DEV, len(dev)))}
    return datasets.add(
        "claims",
        splits,
        task="claims",
        licence=LICENCE,
        sources=SOURCES,
        about="Claims beside evidence: made of sentences, of questions with their answers, and by people.",
        parent="",
        left_out=dict(found.left_out),
        made_by=" ".join(["python", *sys.argv]),
    )


def make_claims(data: Path, *, held_out: Sequence[str], seed: int) -> dict[str, list[ClaimExample]]:
    """Return the examples of every source; nothing of what is measured on is in them."""
    parse = EnglishParser.load("en-core-web-sm").parse
    measured = {item.group for item in load_set("fever", data)}
    closed = {title.casefold() for title in (*held_out, *measured)}
    asked = [
        pair for file in SQUAD for pair in public.squad(data / file) if pair[0].title.casefold() not in closed
    ]
    wiki = [one for one in public.wikipedia(data) if one.title.casefold() not in closed]
    groups = sorted({one.group for one in wiki} - {one.group for one, _ in asked})
    kept = set(random.Random(seed).sample(groups, min(ARTICLES, len(groups))))
    wiki = [one for one in wiki if one.group in kept]
    return {
        **of_wikipedia(asked, wiki, parse, seed=seed),
        "scifact": list(public.scifact(data, seed=seed)),
        "fever": list(public.fever(data, held_out=measured, seed=seed)),
        "paws": list(public.paws(data)),
    }


def of_wikipedia(
    asked: Sequence[tuple[Paragraph, list[public.Row]]], wiki: Sequence[Paragraph], parse: Parse, *, seed: int
) -> dict[str, list[ClaimExample]]:
    """Return the claims made of questions and of sentences."""
    told = [one for one in read_sentences([*(one for one, _ in asked), *wiki], parse=parse) if one.sentences]
    by_id = {one.paragraph.id: one for one in told}
    verbs, pool = Verbs(sentence for one in told for sentence in one.sentences), Pool(told)
    questions = []
    for paragraph, rows in asked:
        for row in rows:
            answerable = not row.get("is_impossible")
            answers = row["answers"] if answerable else row.get("plausible_answers", [])
            questions += [
                Asked(
                    told=by_id[paragraph.id],
                    question=row["question"].strip(),
                    answer=answer["text"],
                    start=answer["answer_start"],
                    answerable=answerable,
                )
                for answer in answers[:1]
            ]
    return {
        "questions": list(from_questions(questions, pool, verbs, parse=parse, seed=seed)),
        "sentences": list(from_sentences(told, pool, verbs, parse=parse, each=1, seed=seed)),
    }


def train(
    datasets: Datasets, card: DatasetCard, base: str, settings: FitSettings, out: Path, *, resume: bool
) -> None:
    """Train, export, measure the exported model on the held-out claims, and write the card."""
    encoder, tokenizer = load_base(base)
    rows = {split: datasets.rows(card, split) for split in ("train", "dev")}
    head = load_head(ensure_model(find_model(base))) if base == "ms-marco-minilm" else None
    task = CheckerTask(encoder, tokenizer, train=rows["train"], dev=rows["dev"], head=head)
    began = time.monotonic()
    identity = f"{card.id} {find_model(base).version}"
    run = fit(task, settings=settings, folder=out / "run", identity=identity, resume=resume, on_step=tell)
    folder = out / "model"
    path = export_onnx(task.model, tokenizer, folder, output="logits")
    inside = check_rows(task.model, tokenizer, rows["dev"])
    checker = ClaimChecker.open(folder)
    outside = [checker.check(one.claim, [one.evidence])[0] for one in rows["dev"]]
    right = [verdict.label == one.label for verdict, one in zip(outside, rows["dev"], strict=True)]
    moved = max(abs(float(a[0]) - verdict.supported) for a, verdict in zip(inside, outside, strict=True))
    about = describe(card, base, settings, run, path)
    about |= {
        "seconds": round(time.monotonic() - began),
        "int8": {"dev-accuracy": sum(right) / len(right), "most-moved": moved},
    }
    (folder / "card.json").write_text(json.dumps(about, indent=1), "utf-8")
    print(json.dumps(about, indent=1))


def describe(
    card: DatasetCard, base: str, settings: FitSettings, run: FitRun, path: Path
) -> dict[str, object]:
    """Return what a card says of the model."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return {
        "id": f"checker-{digest[:12]}",
        "base": find_model(base).version,
        "dataset": card.to_dict(),
        "licence": LICENCE,
        "files": {path.name: digest},
        "size_bytes": path.stat().st_size,
        "settings": settings.to_dict(),
        "steps": len(run.steps),
        "best": asdict(run.best)["figures"],
        "evaluations": [one.figures for one in run.evaluations],
        "diagnosis": run.diagnosis,
        "versions": {name: version(name) for name in ("torch", "transformers", "onnxruntime")},
        "made_by": " ".join(["python", *sys.argv]),
        "limits": "English; claims of one sentence; what only distant places support together counts as open",
    }


def tell(told: object) -> None:
    """Print every fiftieth step and every evaluation."""
    number = getattr(told, "number", 0)
    if number % 50 == 0:
        print(told, flush=True)


if __name__ == "__main__":
    main()
