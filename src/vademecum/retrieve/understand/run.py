"""From what was said to a question that stands by itself.

Rules read the question against what earlier turns spoke of; where they find several readings, the collection
tells which of them it answers; where that does not tell either, the choice is given back to who asked.

Use: `understand("When was it built?", turns, tools=tools, config=config, recorder=recorder).standing`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vademecum.config import UnderstandConfig
from vademecum.errors import EndpointError, LimitError
from vademecum.retrieve.understand.back_reference import put_in_topics
from vademecum.retrieve.understand.chat_rewrite import PROMPT
from vademecum.retrieve.understand.choices import picked
from vademecum.retrieve.understand.fragments import complete
from vademecum.retrieve.understand.readings import Reading, read_follow_up
from vademecum.retrieve.understand.turns import Earlier, Read, spoken_of
from vademecum.text.short_answer import normal_answer
from vademecum.values import TraceRecorder

MOST_READINGS = 3
"""Readings that are looked up in the collection."""
WORTH = 0.3
"""Readings less likely than this share of the likeliest are not looked up."""
UNTOUCHED = 0.8
"""How likely a question that may stand alone is meant as it is, beside the likeliest reading."""
RIVALS = 0.75
"""From this share of the other's weight on a reading is as likely as it by the words."""
TOLD_APART = 3.0
"""From this difference on the collection tells readings apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What the collection holds for a reading.

    Attributes:
        logit: The cross-encoder's logit of the best passage.
        score: The reader's log-odds of the best answer against none.
        answer: That answer; empty for none.
    """

    logit: float
    score: float
    answer: str


LookUp = Callable[[str], Found]
Rewrite = Callable[[str, Sequence[Earlier]], str]
"""A chat model that rewrites: question and earlier turns to a standing question; empty when it cannot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstandTools:
    """What the step receives from above.

    Attributes:
        read: Turns a question into its grammar.
        look_up: Tells what the collection holds; None to go by the words alone.
        rewrite: Lets a chat model write the standing question; None where none is good enough.
    """

    read: Read
    look_up: LookUp | None = None
    rewrite: Rewrite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What was meant.

    Attributes:
        standing: The question, standing by itself.
        choices: Readings of which one is meant, when it does not show which; else empty.
    """

    standing: str
    choices: tuple[str, ...] = ()


def understand(
    question: str,
    turns: Sequence[Earlier],
    *,
    tools: UnderstandTools,
    config: UnderstandConfig,
    recorder: TraceRecorder,
) -> Understood:
    """Return what a question means after earlier turns.

    Args:
        question: As it was asked.
        turns: What was said before, oldest first; a first question is left as it is.
        tools: Models and the collection.
        config: Which steps run.
        recorder: Collects the steps.
    """
    if not turns or not config.rewrite:
        return Understood(standing=question)
    if turns[-1].choices and (choice := picked(question, turns[-1].choices)):
        with recorder.step("rewrite", by="choice") as found:
            found["standing"] = choice
        return Understood(standing=choice)
    if tools.rewrite is not None:
        standing = ""
        with recorder.step("rewrite", by="chat", prompt=PROMPT) as found:
            try:
                found["standing"] = standing = tools.rewrite(question, turns)
            except (EndpointError, LimitError) as error:
                found["error"] = str(error)  # the rules know what to do
        if standing:
            return Understood(standing=standing)
    with recorder.step("rewrite", by="rules") as found:
        readings = _readings(question, turns, tools.read)
        found.update(standing=readings[0].text, readings=len(readings))
    if readings[0].meant is None or tools.look_up is None:
        return Understood(standing=readings[0].text)
    return _chosen(readings, question, tools.look_up, config, recorder)


def _readings(question: str, turns: Sequence[Earlier], read: Read) -> list[Reading]:
    """Return what a question may mean by its words."""
    last = turns[-1]
    whole = put_in_topics(question, turns, read=read)
    if whole == question:
        whole = complete(read(question), read(last.standing), short=last.short)
    known = spoken_of(turns, read=read)
    return read_follow_up(read(whole or question), known, completed=bool(whole))


def _chosen(
    readings: Sequence[Reading],
    question: str,
    look_up: LookUp,
    config: UnderstandConfig,
    recorder: TraceRecorder,
) -> Understood:
    """Let the collection tell which reading is meant."""
    near = [one for one in readings if one.weight >= readings[0].weight * WORTH][:MOST_READINGS]
    if not readings[0].sure:
        near.append(Reading(text=question, weight=UNTOUCHED * readings[0].weight))
    if len(near) < 2:
        return Understood(standing=readings[0].text)
    with recorder.step("choose") as found:
        rated = [(one, look_up(one.text)) for one in near]
        rated.sort(key=lambda one: -_rating(*one))
        found["readings"] = {one.text: round(_rating(one, what), 2) for one, what in rated}
        choices = _open(rated) if config.ask_back else ()
        found["asks"] = bool(choices)
    return Understood(standing=question if choices else rated[0][0].text, choices=choices)


def _open(rated: Sequence[tuple[Reading, Found]]) -> tuple[str, ...]:
    """Return the readings between which only who asked can choose; none where the first is the likeliest."""
    (best, held), *rest = rated
    rivals = [one for one, found in rest if _rival(best, one) and not _told_apart(held, found)]
    return (best.text, *(one.text for one in rivals)) if rivals else ()


def _rival(one: Reading, other: Reading) -> bool:
    """Say whether a pronoun may as well stand for one thing as for another of the same kind."""
    if one.meant is None or other.meant is None or not (one.pronoun and other.pronoun):
        return False
    kinds = [(mention.type, mention.named, mention.turn) for mention in (one.meant, other.meant)]
    near = min(one.weight, other.weight) >= RIVALS * max(one.weight, other.weight)
    together = one.meant.group != "" and one.meant.group == other.meant.group
    return kinds[0] == kinds[1] and near and together


def _told_apart(one: Found, other: Found) -> bool:
    """Say whether the collection holds more for one reading, or the same for both."""
    first, second = normal_answer(one.answer), normal_answer(other.answer)
    return abs(_evidence(one) - _evidence(other)) > TOLD_APART or first in second or second in first


def _rating(reading: Reading, found: Found) -> float:
    """Return how likely a reading is by its words and by what the collection holds."""
    return 2 * math.log(reading.weight) + _evidence(found)


def _evidence(found: Found) -> float:
    return 0.3 * found.logit + 0.15 * found.score
