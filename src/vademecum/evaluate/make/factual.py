"""Questions whose answer is a name, a date, a number, an amount or a place in one sentence.

Use: `for candidate in ask_facts(passage): ...`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.clause import Clause, Part, read_clause
from vademecum.evaluate.make.passage import Passage
from vademecum.text.parsed import Name

_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b|\bcentur|\bBC\b|\bAD\b")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})|(?:{_MONTHS}) \d)")
_VAGUE = re.compile(
    r"\b(?:last|next|this|that|early|late|recent|previous|same|past|coming|weekend|ago|fiscal|quarter)\b",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"(?:(?:about|around|at least|up to|more than|over|nearly|almost) )?"
    r"(?:\d+(?:\.\d+)?|[a-z]+|[a-z]+-[a-z]+) (?:minutes|hours|days|weeks|months|years|decades|working days)",
    re.IGNORECASE,
)
_PLACED = frozenset(
    "bear hold base locate found die live build open situate establish sign play meet host take bury stand"
    " hide store keep meet grow educate".split()
)
_NOT_COUNTED = frozenset("time percent year month week day hour minute euro dollar pound yen cent pence".split())
_PLACES = ("GPE", "LOC", "FAC")
_AMOUNT_VERBS = frozenset(
    "pay cost spend raise earn receive invest make lose charge donate give owe win contribute".split()
)
_CHANGES = frozenset("rise fall increase decrease drop grow jump slump climb shrink decline gain slide surge".split())
_LIGHT = frozenset("have make take give do get see play become use face hold reach need keep leave put".split())
_PRONOUNS = frozenset(("he", "she", "it"))
_MOST_OBJECT_WORDS = 7
_AGENTS = ("PERSON", "ORG")


def ask_facts(passage: Passage) -> Iterator[Candidate]:
    """Yield the questions that one sentence answers."""
    clause = read_clause(passage.parsed)
    if clause is None:
        return
    for form in _FORMS:
        for text, answer, kind in form(clause):
            yield Candidate(
                text=f"{text}?",
                answer=answer,
                type=kind,
                passage=passage,
                form=form.__name__.removeprefix("_"),
                **_about(clause),
            )


Made = Iterator[tuple[str, str, str]]


def _about(clause: Clause) -> dict[str, str]:
    """Return the name that the clause's subject is, and its type."""
    name = _name_of(clause, clause.subject)
    return {"subject": clause.subject_text, "subject_type": name.type} if name else {}


def _name_of(clause: Clause, part: Part) -> Name | None:
    """Return the name that makes up a part, article aside."""
    words = clause.parsed.words
    first = part.first + (words[part.first].text.lower() in ("the", "a", "an"))
    for name in clause.parsed.names:
        begins = name.first + (words[name.first].text.lower() in ("the", "a", "an"))
        if begins == first and name.last == part.last:
            return name
    return None


def _object_of(clause: Clause, part: Part) -> Part | None:
    """Return what a preposition governs, when that is all of the phrase."""
    objects = clause.parsed.children(part.head, "pobj")
    if part.dep not in ("prep", "agent") or len(objects) != 1 or part.last == part.head:
        return None
    return Part(head=objects[0], first=part.head + 1, last=part.last, dep="pobj")


def _preposition(clause: Clause, part: Part) -> str:
    return clause.parsed.words[part.head].text.lower()


def _who(clause: Clause) -> Made:
    """A person or an organisation as the subject."""
    name = _name_of(clause, clause.subject)
    if name is None or name.type not in _AGENTS or "'s" in name.text:
        return
    passive = clause.parsed.words[clause.subject.head].dep == "nsubjpass"
    acts = any(part.dep == "dobj" for part in clause.tail) and not passive
    if (name.type == "ORG" and not acts) or not clause.tail or clause.lemma in ("be", "have"):
        return
    text = clause.ask_subject("Who")
    if text:
        yield text, name.text, name.type


def _who_is(clause: Clause) -> Made:
    """The one that has a definite description: "Who is the mayor of Bristol"."""
    name = _name_of(clause, clause.subject)
    if name is None or clause.lemma != "be" or name.type in ("DATE", "CARDINAL", "NORP"):
        return
    for part in clause.tail:
        words = clause.parsed.words[part.first : part.last + 1]
        definite = words[0].text.lower() == "the" and any(word.pos == "PROPN" for word in words)
        if part.dep == "attr" and definite and len(words) > 3:
            text = clause.ask_subject("Who" if name.type == "PERSON" else "What")
            if text:
                yield text, name.text, name.type
            return


def _when(clause: Clause) -> Made:
    """A date with its year, or a time of the day."""
    for part in (*clause.tail, *clause.opening):
        inner = _object_of(clause, part)
        name = _name_of(clause, inner) if inner else None
        if name is None or inner is None or _VAGUE.search(name.text):
            continue
        word = _preposition(clause, part)
        if clause.auxiliaries and clause.parsed.words[clause.auxiliaries[0]].lemma == "have":
            return
        if name.type == "DATE" and word in ("in", "on") and (_YEAR.search(name.text) or _DAY.search(name.text)):
            text = clause.invert("When", without=(part,))
        elif name.type == "TIME" and word == "at" and any(char.isdigit() for char in name.text):
            text = clause.invert("At what time", without=(part,))
        else:
            continue
        if text:
            yield text, name.text, name.type


def _how_long(clause: Clause) -> Made:
    """A duration."""
    for part in _with_inner(clause):
        inner = _object_of(clause, part)
        if inner is None or _preposition(clause, part) not in ("for", "within"):
            continue
        if part not in clause.tail:
            adjective = next(one for one in clause.tail if one.first <= part.head <= one.last)
            answer = clause.parsed.span(inner.first, inner.last)
            match = _DURATION.match(answer)
            wh = "For how long" if _preposition(clause, part) == "for" else "Within what time"
            text = clause.invert(wh, without=clause.tail, end=clause.parsed.words[adjective.head].text)
            if match and text and "," not in text:
                yield text, match[0], "DURATION"
            continue
        answer = clause.parsed.span(inner.first, inner.last)
        if not _DURATION.fullmatch(answer):
            continue
        wh = "For how long" if _preposition(clause, part) == "for" else "Within what time"
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


def _where(clause: Clause) -> Made:
    """A place of something that is held, kept or built there."""
    if clause.lemma not in _PLACED:
        return
    for part in (*clause.tail, *clause.opening):
        inner = _object_of(clause, part)
        name = _name_of(clause, inner) if inner else None
        if name and name.type in _PLACES and _preposition(clause, part) in ("in", "at"):
            text = clause.invert("Where", without=(part,))
            if text:
                yield text, clause.parsed.span(part.head + 1, part.last), name.type


def _what_is(clause: Clause) -> Made:
    """The figure or name that something described at length is: "What is the refund period for plants"."""
    words = clause.parsed.words
    subject = clause.subject
    described = subject.last > subject.first + 1 and words[subject.first].text.lower() in ("the", "a")
    if clause.lemma != "be" or not described or clause.auxiliaries:
        return
    for part in clause.tail:
        figures = {"CARDINAL", "MONEY", "PERCENT", "DATE", "TIME", "QUANTITY", "PERSON", "GPE", "ORG"}
        named = [name for name in clause.parsed.names if part.first <= name.first <= part.last]
        if part.dep != "attr" or not named or named[0].type not in figures:
            continue
        last = named[0].last
        if named[0].first <= part.first + 1 and part.head <= last:
            person = named[0].type == "PERSON"
            text = clause.invert("Who" if person else "What", without=clause.tail)
            if text:
                yield text, clause.parsed.span(part.first, last), named[0].type


def _how_many(clause: Clause) -> Made:
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
    if first != part.first or last >= part.head or words[numbers[0]].lemma.lower() in ("one", "half", "dozen"):
        return None
    if "," in clause.parsed.span(last + 1, part.last) or words[part.head].lemma in _NOT_COUNTED:
        return None
    return clause.parsed.span(first, last), clause.parsed.span(last + 1, part.last)


def _how_much(clause: Clause) -> Made:
    """An amount of money that is paid, or the share by which something changes."""
    for part in clause.tail:
        name = _name_of(clause, part)
        if name is None:
            continue
        paid = name.type == "MONEY" and part.dep == "dobj" and clause.lemma in _AMOUNT_VERBS
        changed = name.type in ("PERCENT", "MONEY") and clause.lemma in _CHANGES
        text = clause.invert("By how much" if changed else "How much", without=(part,)) if paid or changed else None
        if text:
            yield text, name.text, name.type
    for part in clause.tail:
        inner = _object_of(clause, part)
        name = _name_of(clause, inner) if inner else None
        if name and name.type == "PERCENT" and _preposition(clause, part) == "by" and clause.lemma in _CHANGES:
            text = clause.invert("By how much", without=(part,))
            if text:
                yield text, name.text, name.type


def _what(clause: Clause) -> Made:
    """The thing that someone acts upon, where the rest of the sentence says on which occasion."""
    words = clause.parsed.words
    named = _name_of(clause, clause.subject) or words[clause.subject.last].text.lower() in _PRONOUNS
    if not named or clause.lemma in _LIGHT:
        return
    for part in clause.tail:
        length = part.last - part.first + 1
        if part.dep != "dobj" or not 2 <= length <= _MOST_OBJECT_WORDS or words[part.head].pos == "PRON":
            continue
        inside = words[part.first : part.last + 1]
        if any(word.pos == "PRON" or word.dep in ("cc", "relcl", "nummod") for word in inside):
            continue
        if not any(word.pos == "PROPN" or word.dep == "compound" for word in inside):
            continue
        rest = [other for other in clause.tail if other is not part]
        named = any(words[at].entity for other in rest for at in range(other.first, other.last + 1))
        people = any(named.type == "PERSON" and named.last == part.head for named in clause.parsed.names)
        text = clause.invert("What", without=(part,)) if named and not people else None
        if text:
            yield text, clause.parsed.span(part.first, part.last), "THING"


def _whom(clause: Clause) -> Made:
    """A person who is acted upon, or by whom something is done."""
    for part in clause.tail:
        name = _name_of(clause, part)
        if part.dep == "dobj" and name and name.type == "PERSON":
            text = clause.invert("Who", without=(part,))
            if text:
                yield text, name.text, "PERSON"
        if part.dep == "agent":
            inner = _object_of(clause, part)
            name = _name_of(clause, inner) if inner else None
            if name and name.type in _AGENTS:
                text = clause.invert("By whom", without=(part,))
                if text:
                    yield text, name.text, name.type


_FORMS: tuple[Callable[[Clause], Made], ...] = (
    _who,
    _who_is,
    _what_is,
    _when,
    _how_long,
    _where,
    _how_many,
    _how_much,
    _whom,
    _what,
)
