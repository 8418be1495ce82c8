"""What earlier turns said, as plain values, and what they spoke of.

Use: `known = spoken_of([Earlier(asked="Who is Ana?", standing="Who is Ana?")], read=read_question)`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from vademecum.retrieve.understand.lexicon import OPENERS
from vademecum.retrieve.understand.mentions import Mention, bare, faded, phrases, take_in
from vademecum.text.parsed import Parse, Parsed

Read = Callable[[str], Parsed]
"""Turns one question into its grammar; see `question_reader`."""
_WORD = re.compile(r"\w+")
_DEFINES = re.compile(r"\W*(?:what|who)(?: is| are| was| were|'s) (?:an?\b|[\w-]+\W*$)", re.I)
_MARKS = " \"\u201c\u201d'.,;:()"
_NAME_WORDS = 8
_ANSWER_CHARS = 400
_ASKED_FOR = 1.4
"""What the thing weighs that a question asked for."""
_BESIDE = 0.25
"""Share of its weight that something has which an answer only names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A turn that is over.

    Attributes:
        asked: What was asked, as it was worded.
        standing: How it was understood.
        answer: What was answered, without marks; empty where there was no answer.
        short: The words that answer by themselves.
        titles: Titles of the documents that were cited.
        documents: Ids of these documents.
        choices: The readings between which the turn asked back; empty when it did not.
    """

    asked: str
    standing: str
    answer: str = ""
    short: str = ""
    titles: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


def question_reader(parse: Parse) -> Read:
    """Return what turns a question into its grammar.

    The parser takes a first word with a capital letter for a part of a name too easily.
    """

    def read(text: str) -> Parsed:
        plain = text.replace("\u2019", "'")
        if (first := _WORD.match(plain)) and first[0].lower() in OPENERS:
            plain = plain[0].lower() + plain[1:]
        return replace(next(iter(parse([plain]))), text=text)

    return read


def spoken_of(turns: Sequence[Earlier], *, read: Read) -> dict[str, Mention]:
    """Return what was spoken of, with how present it is after the last turn."""
    known: dict[str, Mention] = {}
    for number, turn in enumerate(turns):
        known = faded(known)
        question = read(turn.standing)
        take_in(known, phrases(question), turn=number)
        take_in(known, _answered(turn, question, read), turn=number)
    return known


def _answered(turn: Earlier, question: Parsed, read: Read) -> Iterator[Mention]:
    """Yield what an answer names: what was asked for is as present as what was asked about."""
    said = (turn.answer or turn.short)[:_ANSWER_CHARS]
    found = phrases(read(said)) if said else []
    short = bare(turn.short.strip(_MARKS))
    if short and _wants_a_thing(question) and len(short.split()) <= _NAME_WORDS and not short[:1].isdigit():
        inside = [one for one in found if one.key in short.casefold() and not one.joined]
        like = max(inside, key=lambda one: len(one.key), default=Mention(text=short, noun=short, head=short))
        named = like.named or short[:1].isupper()
        who = question.words[0].text.lower() == "who"
        yield replace(
            like,
            text=short,
            named=named,
            certain=who or like.certain,
            type="PERSON" if who else like.type,
            weight=_ASKED_FOR if named else _ASKED_FOR / 2,
        )
    for one in found:
        if one.named and one.key not in short.casefold():
            yield replace(one, weight=one.weight * _BESIDE)


def _wants_a_thing(question: Parsed) -> bool:
    """Say whether a question asks for a thing or a person by name, not for what something is."""
    first = next((word for word in question.words if word.tag in ("WDT", "WP", "WP$", "WRB")), None)
    return first is not None and first.tag != "WRB" and not _DEFINES.match(question.text)
