"""Turns questions about passages into conversations that answer from the passage, or decline.

The answer is the sentence of the passage that holds the span, word for word: what the model is to learn is to
find and to repeat, not to know.

Use: `grounded_examples(rows, prompt=answer_prompt, declined="NOT FOUND", count=2_000)`.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from vademecum.errors import InputError
from vademecum.text.sentences import split_sentences
from vademecum.train.datasets.found import MISPLACED
from vademecum.values import InstructionExample, QuestionExample, Span

Prompt = Callable[[str, Sequence[str]], tuple[str, str]]
"""Question and passages to the system's and the user's message."""

LONG = "the sentence with the answer is too long"
_LONGEST_CHARS = 400
_ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundedExamples:
    """What came of it.

    Attributes:
        examples: Conversations of system, user and assistant.
        left_out: Questions that could not be used, by reason.
    """

    examples: tuple[InstructionExample, ...]
    left_out: Mapping[str, int]


def grounded_examples(
    rows: Sequence[QuestionExample],
    *,
    prompt: Prompt,
    declined: str,
    count: int,
    declined_share: float = 0.1,
    seed: int = 0,
) -> GroundedExamples:
    """Return conversations in which the assistant answers from the passage it is shown.

    Where the rows have too few unanswerable questions, answerable ones are shown with another passage of
    their group that does not hold the answer.

    Args:
        rows: Questions with passage and spans.
        prompt: How the program asks when it answers.
        declined: What the assistant says when the passage does not tell.
        count: How many at most.
        declined_share: Share of them in which it declines, in [0, 1]; fewer where there are too few.
        seed: Another one gives other rows.

    Raises:
        InputError: The share cannot be, or no row can be used.
    """
    if not 0 <= declined_share <= 1:
        raise InputError(f"declined_share = {declined_share}: it must be in [0, 1], such as 0.1.")
    chance = random.Random(seed)
    shuffled = sorted(rows, key=lambda row: row.id)
    chance.shuffle(shuffled)
    left_out: Counter[str] = Counter()
    silent = [
        (row, declined) for row in islice(_unanswerable(shuffled, chance), round(count * declined_share))
    ]
    asked = {row.id.removesuffix(f"/{_ELSEWHERE}") for row, _ in silent}
    told: list[tuple[QuestionExample, str]] = []
    for row in shuffled:
        if len(told) == count - len(silent):
            break
        if not row.answerable or row.id in asked:
            continue
        sentence = answer_sentence(row.context, row.answers[0])
        if sentence is None:
            left_out[MISPLACED] += 1
        elif len(sentence) > _LONGEST_CHARS:
            left_out[LONG] += 1
        else:
            told.append((row, sentence))
    if not told and not silent:
        raise InputError(
            f"none of {len(rows)} questions gives an example: {dict(left_out) or 'there are none'}."
            " Look at the dataset: vade data show NAME"
        )
    chosen = [*told, *silent]
    chance.shuffle(chosen)
    return GroundedExamples(
        examples=tuple(_conversation(row, said, prompt) for row, said in chosen), left_out=left_out
    )


def answer_sentence(context: str, span: Span) -> str | None:
    """Return the sentence that holds a span, or those it reaches over; None when it is not there."""
    if not span.fits(context):
        return None
    touched = [
        (start, end) for start, end in split_sentences(context) if start < span.end and end > span.start
    ]
    return " ".join(context[touched[0][0] : touched[-1][1]].split()) if touched else None


def _unanswerable(rows: Sequence[QuestionExample], chance: random.Random) -> Iterator[QuestionExample]:
    """Yield unanswerable questions, then answerable ones with a passage that does not hold the answer."""
    yield from (row for row in rows if not row.answerable)
    contexts: dict[str, dict[str, None]] = defaultdict(dict)
    for row in rows:
        contexts[row.group].setdefault(row.context)
    for row in rows:
        golds = [span.text.casefold() for span in row.answers]
        others = [text for text in contexts[row.group] if not any(gold in text.casefold() for gold in golds)]
        if golds and others:
            yield QuestionExample(
                id=f"{row.id}/{_ELSEWHERE}",
                group=row.group,
                question=row.question,
                context=chance.choice(others),
                title=row.title,
                origin="changed",
            )


def _conversation(row: QuestionExample, said: str, prompt: Prompt) -> InstructionExample:
    system, user = prompt(row.question, [row.context])
    return InstructionExample(
        id=row.id,
        group=row.group,
        messages=(("system", system), ("user", user), ("assistant", said)),
        origin="made" if row.origin == "made" else "changed",
    )
