"""Questions whose answer is a number, an amount of money, a share or a duration.

Use: `for text, answer, kind in ask_how_many(clause): ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vademecum.evaluate.make.clause import Clause, Made, Part
from vademecum.evaluate.make.word_set import word_set

_DURATION = re.compile(
    r"(?:(?:about|around|at least|up to|more than|over|nearly|almost) )?"
    r"(?:\d+(?:\.\d+)?|[a-z]+|[a-z]+-[a-z]+) (?:minutes|hours|days|weeks|months|years|decades|working days)",
    re.IGNORECASE,
)
_NOT_COUNTED = word_set("time percent year month week day hour minute euro dollar pound yen cent pence")
_AMOUNT_VERBS = word_set(
    "pay cost spend raise earn receive invest make lose charge donate give owe win contribute"
)
_CHANGES = word_set("rise fall increase decrease drop grow jump slump climb shrink decline gain slide surge")


def ask_how_long(clause: Clause) -> Made:
    """A duration."""
    for part in _with_inner(clause):
        inner = clause.object_of(part)
        if inner is None or clause.preposition(part) not in ("for", "within"):
            continue
        if part not in clause.tail:
            adjective = next(one for one in clause.tail if one.first <= part.head <= one.last)
            answer = clause.parsed.span(inner.first, inner.last)
            match = _DURATION.match(answer)
            wh = "For how long" if clause.preposition(part) == "for" else "Within what time"
            text = clause.invert(wh, without=clause.tail, end=clause.parsed.words[adjective.head].text)
            if match and text and "," not in text:
                yield text, match[0], "DURATION"
            continue
        answer = clause.parsed.span(inner.first, inner.last)
        if not _DURATION.fullmatch(answer):
            continue
        wh = "For how long" if clause.preposition(part) == "for" else "Within what time"
        text = clause.invert(wh, without=(part,))
        if text:
            yield text, answer, "DURATION"


def _with_inner(clause: Clause) -> Iterator[Part]:
    """Yield the phrases after the verb, and those below an adjective: "valid for 18 months"."""
    for part in clause.tail:
        yield part
        if part.dep == "acomp" and clause.lemma == "be":
            for at in clause.parsed.children(part.head, "prep"):
                first, last = clause.parsed.phrase(at)
                yield Part(head=at, first=first, last=last, dep="prep")


def ask_how_many(clause: Clause) -> Made:
    """A counted subject or object."""
    for part in (clause.subject, *clause.tail):
        if part.dep not in ("nsubj", "nsubjpass", "dobj"):
            continue
        counted = _counted(clause, part)
        if counted is None:
            continue
        answer, things = counted
        if part is clause.subject:
            text = clause.ask_subject(f"How many {things}")
        else:
            text = clause.invert(f"How many {things}", without=(part,))
        if text:
            yield text, answer, "CARDINAL"


def _counted(clause: Clause, part: Part) -> tuple[str, str] | None:
    """Return the number a part begins with, and what is counted."""
    words = clause.parsed.words
    numbers = clause.parsed.children(part.head, "nummod")
    inside = words[part.first : part.last + 1]
    if sum(word.tag == "CD" for word in inside) > 1 or any(word.dep == "cc" for word in inside):
        return None
    if len(numbers) != 1 or words[part.head].tag != "NNS" or words[numbers[0]].entity != "CARDINAL":
        return None
    first, last = clause.parsed.phrase(numbers[0])
    if (
        first != part.first
        or last >= part.head
        or words[numbers[0]].lemma.lower() in ("one", "half", "dozen")
    ):
        return None
    if "," in clause.parsed.span(last + 1, part.last) or words[part.head].lemma in _NOT_COUNTED:
        return None
    return clause.parsed.span(first, last), clause.parsed.span(last + 1, part.last)


def ask_how_much(clause: Clause) -> Made:
    """An amount of money that is paid, or the share by which something changes."""
    for part in clause.tail:
        name = clause.name_of(part)
        if name is None:
            continue
        paid = name.type == "MONEY" and part.dep == "dobj" and clause.lemma in _AMOUNT_VERBS
        changed = name.type in ("PERCENT", "MONEY") and clause.lemma in _CHANGES
        text = (
            clause.invert("By how much" if changed else "How much", without=(part,))
            if paid or changed
            else None
        )
        if text:
            yield text, name.text, name.type
    for part in clause.tail:
        inner = clause.object_of(part)
        name = clause.name_of(inner) if inner else None
        if name and name.type == "PERCENT" and clause.preposition(part) == "by" and clause.lemma in _CHANGES:
            text = clause.invert("By how much", without=(part,))
            if text:
                yield text, name.text, name.type
