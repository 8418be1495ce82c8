"""Does an adapter make the embedded chat model answer from its passage? Gold in the answer, before and after.

Trains on questions of SQuAD 1.1 articles and asks about others, with the passage that answers in the
prompt that `Workspace.ask` uses. Interrupted, it goes on where it was: training from its checkpoint,
asking from what was said.

Use: python benchmarks/lora.py --data ../shared/data
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from answers import holds

from vademecum.evaluate.statistics import paired_test, wilson_interval
from vademecum.generate.prompts import DECLINED, answer_prompt
from vademecum.models.catalog import find_model
from vademecum.models.chat import Message
from vademecum.models.chat_embedded import EmbeddedChat
from vademecum.models.pull import ensure_model
from vademecum.train.adapter import ADAPTER_GGUF, save_adapter
from vademecum.train.datasets import read_examples, split_examples
from vademecum.train.datasets.grounded import grounded_examples
from vademecum.train.engine import CHECKPOINT, fit
from vademecum.train.gguf import load_chat
from vademecum.train.methods import trained_share
from vademecum.train.recipes.lora import LoraSettings, LoraTask
from vademecum.train.settings import FitSettings
from vademecum.train.task import Evaluation, Step
from vademecum.values import QuestionExample, Split

BASE = "smollm2-135m"
SEED = 20261123
HELD_OUT = 100
MOST_TOKENS = 96


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench/lora"))
    parser.add_argument("--examples", type=int, default=2_000)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--epochs", type=float, default=1.0)
    options = parser.parse_args()
    work = options.work / f"{options.examples}-{options.epochs:g}"
    work.mkdir(parents=True, exist_ok=True)
    rows = read_examples([options.data / "squad1_du" / "squad1.json.gz"]).examples
    splits = split_examples(rows, seed=SEED).splits
    asked = sorted(questions_of(splits["test"]), key=lambda row: row.id)
    random.Random(SEED).shuffle(asked)
    asked = asked[: options.questions]
    adapter = train(splits, work, examples=options.examples, epochs=options.epochs)
    entry = find_model(BASE)
    chat = EmbeddedChat(ensure_model(entry) / next(iter(entry.files)), threads=2)
    found = {"before": answer(chat, asked, work / "before.jsonl")}
    chat.use_adapter(adapter)
    found["after"] = answer(chat, asked, work / "after.jsonl")
    for name, said in found.items():
        report(name, asked, said)
    scores = [[float(right(row, said[row.id])) for row in asked] for said in found.values()]
    gain = paired_test(*scores)
    print(
        f"gain {gain.difference:+.3f} [{gain.low:+.2f}, {gain.high:+.2f}], p = {gain.p_value:.2g}"
        f" ({gain.test})"
    )


def train(splits: Mapping[Split, Sequence[object]], work: Path, *, examples: int, epochs: float) -> Path:
    """Return the GGUF adapter, trained now unless it was before."""
    adapter = work / "adapter" / ADAPTER_GGUF
    if adapter.is_file():
        return adapter
    parts = {"train": examples, "dev": min(HELD_OUT, examples)}
    made = {
        part: grounded_examples(
            questions_of(splits[part]), prompt=answer_prompt, declined=DECLINED, count=count, seed=SEED
        )
        for part, count in parts.items()
    }
    base = load_chat(BASE)
    task = LoraTask(base, train=made["train"].examples, dev=made["dev"].examples, settings=LoraSettings())
    print(
        f"{task.count} conversations, left out {dict(task.left_out)},"
        f" trained share {trained_share(task.model):.4f}"
    )
    run = fit(
        task,
        settings=FitSettings(epochs=epochs, batch_size=16, micro_batch=4, learning_rate=2e-4),
        folder=work / "run",
        identity=f"squad1_du, {examples} examples, seed {SEED}, {BASE}",
        resume=(work / "run" / CHECKPOINT).is_file(),
        on_step=show,
    )
    print(
        f"{len(run.steps)} steps in {run.steps[-1].seconds:.0f} s; best {run.best.figures}; {run.diagnosis}"
    )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.2f} GiB")
    save_adapter(task.model, work / "adapter", name="lora")
    return adapter


def show(told: Step | Evaluation | str) -> None:
    """Print how far the training is."""
    if isinstance(told, Step):
        print(
            f"step {told.number} of {told.of}: loss {told.loss:.3f}, {told.left_s / 60:.0f} minutes left",
            flush=True,
        )
    else:
        print(told.figures if isinstance(told, Evaluation) else told, flush=True)


def answer(chat: EmbeddedChat, asked: Sequence[QuestionExample], path: Path) -> dict[str, dict[str, object]]:
    """Return what the model says to each question, by id; what was said before is read from the file."""
    said = {}
    if path.is_file():
        said = {row["id"]: row for row in map(json.loads, path.read_text("utf-8").splitlines())}
    with path.open("a", encoding="utf-8") as stream:
        for row in asked:
            if row.id in said:
                continue
            system, user = answer_prompt(row.question, [row.context])
            messages = [Message(role="system", content=system), Message(role="user", content=user)]
            began = time.perf_counter()
            text = "".join(chat.stream(messages, max_tokens=MOST_TOKENS))
            said[row.id] = {"id": row.id, "text": text, "seconds": time.perf_counter() - began}
            stream.write(json.dumps(said[row.id]) + "\n")
            stream.flush()
    return said


def questions_of(rows: Sequence[object]) -> list[QuestionExample]:
    """Return the answerable questions among rows."""
    return [row for row in rows if isinstance(row, QuestionExample) and row.answerable]


def right(row: QuestionExample, said: dict[str, object]) -> bool:
    """Say whether an accepted answer occurs in what was said."""
    return holds(str(said["text"]), tuple(span.text for span in row.answers))


def report(name: str, asked: Sequence[QuestionExample], said: dict[str, dict[str, object]]) -> None:
    """Print the share of right answers with its interval, their length and their time."""
    count = sum(right(row, said[row.id]) for row in asked)
    low, high = wilson_interval(count, len(asked))
    texts = [str(said[row.id]["text"]) for row in asked]
    declined = sum(text.strip().rstrip(".") == DECLINED for text in texts)
    words = statistics.median(len(text.split()) for text in texts)
    seconds = statistics.median(float(str(said[row.id]["seconds"])) for row in asked)
    print(
        f"{name}: gold in the answer {count / len(asked):.3f} [{low:.2f}, {high:.2f}] of {len(asked)},"
        f" declined {declined}, median {words:.0f} words in {seconds:.2f} s"
    )


if __name__ == "__main__":
    main()
