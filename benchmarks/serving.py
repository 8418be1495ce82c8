"""The server: answers side by side, what a second question reads, the first word, the start, mixed traffic.

Use: python benchmarks/serving.py --data ../shared/data [--only throughput reuse first start load]
All questions are of SQuAD 1.1, over its 2,429 paragraphs, by HTTP to a `vade serve` of its own on loopback.
Whatever is compared is done in turn, round by round, in the same server.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from collections_data import SEED, load_judged
from held_out import held_out_questions
from retrieval import prepare
from serving_load import report_load
from serving_process import Serving

from vademecum.values import QuestionExample

SECTIONS = ("throughput", "reuse", "first", "start", "load")
WRITES = {"answer.writer": "chat", "answer.min_confidence": "0"}
Settings = Mapping[str, str]
TOGETHER = 4
ROUNDS = 8
STORY_TOKENS = 96
PROMPT_TOKENS = 400
FIRSTS = 8
PAIRS = 12
STARTS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--only", nargs="*", default=SECTIONS, choices=SECTIONS)
    parser.add_argument("--minutes", type=float, default=5.0, help="of mixed traffic, at most 10")
    parser.add_argument("--clients", type=int, default=16, help="at most 64")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    prepared = prepare(load_judged(options.data, "squad1_du"), options.work)
    folder = options.work / "ws-serving"  # a copy, for uploads change it
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(prepared, folder)
    questions = held_out_questions(options.data, source="squad1_du")
    random.Random(SEED).shuffle(questions)
    if "throughput" in options.only:
        report_throughput(folder, questions)
    if {"reuse", "first"} & set(options.only):
        with Serving(folder, WRITES) as server:
            server.ask("What warms the models up?")
            if "reuse" in options.only:
                report_reuse(server, questions)
            if "first" in options.only:
                report_first(server)
    if "start" in options.only:
        report_start(folder)
    if "load" in options.only:
        with Serving(folder) as server:
            asked = [one.question for one in questions]
            report_load(server, asked, minutes=min(options.minutes, 10), clients=min(options.clients, 64))


def report_throughput(folder: Path, questions: Sequence[QuestionExample]) -> None:
    """Print the time of four one after another against four at once.

    The same four are asked of two servers, round by round, so that neither knows a prompt beforehand.
    """
    kinds: tuple[tuple[str, Settings, Callable[[Serving, int], object]], ...] = (
        ("answers that quote", {}, lambda server, at: server.ask(questions[at].question)),
        ("answers that are written", WRITES, lambda server, at: server.ask(questions[at].question)),
        ("chat replies", WRITES, lambda server, at: server.say(story(at), max_tokens=STORY_TOKENS)),
    )
    for name, settings, ask in kinds:
        with Serving(folder, settings) as alone, Serving(folder, settings) as shared:
            for server in (alone, shared):
                server.ask("What warms the models up?")
            taken = [
                [
                    in_turn(server, width, ask, first=turn * TOGETHER)
                    for server, width in ((alone, 1), (shared, TOGETHER))
                ]
                for turn in range(ROUNDS)
            ]
        one_by_one, at_once = (sum(times) for times in zip(*taken, strict=True))
        each = [round(one / four, 2) for one, four in taken]
        print(
            f"{name}: {one_by_one / ROUNDS:.2f} s for four in turn, {at_once / ROUNDS:.2f} s at once,"
            f" ratio {one_by_one / at_once:.2f} (rounds {each})",
            flush=True,
        )


def in_turn(server: Serving, width: int, ask: Callable[[Serving, int], object], *, first: int) -> float:
    """Return the seconds that four questions take, so many at a time."""
    began = time.perf_counter()
    with ThreadPoolExecutor(width) as clients:
        list(clients.map(lambda at: ask(server, at), range(first, first + TOGETHER)))
    return time.perf_counter() - began


def story(number: int) -> str:
    """Return a short prompt that begins like no other."""
    return f"{number} times: write a long story about a river, a garden and the {number}th school of a city."


def report_reuse(server: Serving, questions: Sequence[QuestionExample]) -> None:
    """Print what a second question over the same sources has to read, beside the first."""
    by_passage = defaultdict(list)
    for one in questions:
        by_passage[one.context].append(one.question)
    pairs = [(asked[0], asked[1]) for asked in by_passage.values() if len(asked) > 1]
    kinds = {
        "the same passages, asked for otherwise": [
            (first, f"{first} Tell me.") for first, _ in pairs[:PAIRS]
        ],
        "another question on the same paragraph": pairs[PAIRS : 2 * PAIRS],
    }
    for name, asked in kinds.items():
        shares = []
        for first, second in asked:
            read = [computed(server.ask(question)) for question in (first, second)]
            if all(read):
                shares.append(read[1] / read[0])
        print(
            f"{name}: the second reads {statistics.median(shares):.2f} of the first's prompt"
            f" (mean {statistics.fmean(shares):.2f}, {len(shares)} pairs)",
            flush=True,
        )


def computed(counts: dict[str, int]) -> int:
    """Return how many tokens of a prompt were really read."""
    return counts["input_tokens"] - counts["cached_tokens"]


def report_first(server: Serving) -> None:
    """Print the time to the first word of a reply to a prompt that was never seen."""
    words = ("river", "garden", "school", "price", "table", "parcel", "delivery", "customer")
    times, tokens = [], []
    for number in range(FIRSTS):
        chance = random.Random(number)
        prompt = " ".join(chance.choices(words, k=int(PROMPT_TOKENS / 1.06)))
        body = server.chat_body(f"{prompt} {number}", 4, stream=True)
        began = time.perf_counter()
        first = 0.0
        for event in server.events("/v1/chat/completions", body):
            first = first or (
                time.perf_counter() - began if event["choices"][0]["delta"].get("content") else 0.0
            )
            tokens += [event["usage"]["prompt_tokens"]] if "usage" in event else []
        times.append(first)
    print(
        f"first word: median {statistics.median(times):.2f} s, best {min(times):.2f} s,"
        f" prompts of {statistics.median(tokens):.0f} tokens",
        flush=True,
    )


def report_start(folder: Path) -> None:
    """Print the seconds from the start of the process until /healthz answers."""
    for _ in range(STARTS):
        with Serving(folder) as server:
            print(
                f"start: ready after {server.ready_s:.2f} s, {server.ready_cpu_s:.2f} s of processor time",
                flush=True,
            )


if __name__ == "__main__":
    main()
