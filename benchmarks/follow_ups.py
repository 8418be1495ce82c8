"""Follow-ups made to stand by themselves: against people's rewrites, and by what is found with them.

Use: python benchmarks/follow_ups.py --data ../shared/data [--part words|search|ask]
"words" compares with the rewrites of TREC CAsT, without documents. The rules were made on every second
conversation; the others were only measured. "search" asks 60 questions over SQuAD paragraphs, each followed
by one of `follow_ups.jsonl` (every second one was looked at while the rules were made), and looks for the
paragraph by what was asked, by what was understood and by the question written by hand. "ask" counts how
often it is asked back: after questions of other articles, which stand by themselves, and on
`follow_ups_ambiguous.jsonl`.
"""

from __future__ import annotations

import argparse
import random
import statistics
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from collections_data import SEED, load_judged, load_questions, read_jsonl
from retrieval import prepare

import vademecum
from vademecum.assistants import Conversations
from vademecum.config import UnderstandConfig
from vademecum.evaluate.statistics import bootstrap_interval
from vademecum.models.parse import EnglishParser
from vademecum.retrieve.understand import Earlier, UnderstandTools, question_reader, understand
from vademecum.text.short_answer import token_f1
from vademecum.values import TraceRecorder
from vademecum.values.conversation import Turn
from vademecum.workspace import Workspace

HERE = Path(__file__).parent
TOP_K = 5
ALONE = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--part", choices=("words", "search", "ask"))
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    if options.part in (None, "words"):
        words(options.data)
    if options.part in (None, "search", "ask"):
        folder = prepare(load_judged(options.data, "squad1_du"), options.work)
        with vademecum.open(folder) as workspace:
            if options.part in (None, "search"):
                search(options.data, workspace)
            if options.part in (None, "ask"):
                ask(options.data, workspace)


def words(data: Path) -> None:
    """Print token F1 of the turn as asked and as rewritten, against the rewrite of a person."""
    tools = UnderstandTools(
        read=lru_cache(10_000)(question_reader(EnglishParser.load("en-core-web-sm").parse))
    )
    talks = read_jsonl(data / "trec_cast" / "conversations.jsonl")
    for name, half in (("made on", talks[::2]), ("only measured", talks[1::2]), ("all", talks)):
        raw, ours, untouched = [], [], []
        for talk in half:
            turns: list[Earlier] = []
            for turn in talk["turns"]:
                asked = " ".join(turn["utterance"].split())
                standing = understand(
                    asked, turns, tools=tools, config=UnderstandConfig(), recorder=TraceRecorder()
                ).standing
                turns.append(Earlier(asked=asked, standing=standing))
                raw.append(token_f1(asked, turn["resolved"]))
                ours.append(token_f1(standing, turn["resolved"]))
                if asked == " ".join(turn["resolved"].split()):
                    untouched.append(float(standing == asked))
        gain = [after - before for before, after in zip(raw, ours, strict=True)]
        print(
            f"{name}: {len(half)} conversations, {len(raw)} turns; F1 as asked {shown(raw)}, rewritten"
            f" {shown(ours)}, gain {shown(gain)}; of {len(untouched)} that stand by themselves"
            f" {statistics.fmean(untouched):.3f} are left as they are"
        )


def search(data: Path, workspace: Workspace) -> None:
    """Print hit@5 by what was asked, by what was understood, and by the question written by hand."""
    asked = {question.id: question.text for question in load_questions(data / "squad1_du" / "squad1.json.gz")}
    rows = read_jsonl(HERE / "follow_ups.jsonl")
    found: list[tuple[bool, bool, bool]] = []
    backs = 0
    for row in rows:
        turn = second_turn(workspace, asked[row["first"]], row["follow_up"])
        backs += bool(turn.answer and turn.answer.choices)
        hits = [
            any(hit.document == row["passage"] for hit in workspace.search(text, top_k=TOP_K))
            for text in (row["follow_up"], turn.standing, row["standing"])
        ]
        found.append((hits[0], hits[1], hits[2]))
    for name, part in (("looked at", found[::2]), ("only measured", found[1::2]), ("all", found)):
        raw, ours, hand = (sum(column) for column in zip(*part, strict=True))
        print(
            f"{name}: {len(part)}; hit@5 as asked {raw}, understood {ours}, by hand {hand}: {ours / hand:.3f}"
        )
    print(f"asked back after {backs} of {len(rows)}")


def ask(data: Path, workspace: Workspace) -> None:
    """Print how often it is asked back, and how many questions that stand by themselves are changed."""
    questions = load_questions(data / "squad1_du" / "squad1.json.gz")
    chosen = random.Random(SEED).sample(questions, 3 * ALONE)
    pairs = [
        (one, two) for one, two in zip(chosen[::2], chosen[1::2], strict=True) if one.article != two.article
    ]
    turns = [second_turn(workspace, one.text, two.text) for one, two in pairs[:ALONE]]
    backs = sum(bool(turn.answer and turn.answer.choices) for turn in turns)
    changed = [turn for turn in turns if turn.standing != turn.asked]
    print(f"of {len(turns)} questions of another article, asked back {backs}, changed {len(changed)}:")
    for turn in changed:
        print(f"  {turn.asked} -> {turn.standing}")
    rows = read_jsonl(HERE / "follow_ups_ambiguous.jsonl")
    answers = [second_turn(workspace, row["first"], row["follow_up"]).answer for row in rows]
    print(
        f"of {len(rows)} ambiguous follow-ups, asked back {sum(bool(one and one.choices) for one in answers)}"
    )


def second_turn(workspace: Workspace, first: str, second: str) -> Turn:
    """Return the second turn of a conversation."""
    talks = Conversations(workspace.seen_by())
    begun = talks.say(first)
    turn = talks.say(second, conversation=begun.conversation)
    talks.delete(begun.conversation)
    return turn


def shown(values: Sequence[float]) -> str:
    low, high = bootstrap_interval(values)
    return f"{statistics.fmean(values):.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
