"""Questions whose answer is a name, a date, a number, an amount or a place in one sentence.

Use: `for candidate in ask_facts(passage): ...`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from vademecum.evaluate.make.amounts import ask_how_long, ask_how_many, ask_how_much
from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.clause import Clause, Made, read_clause
from vademecum.evaluate.make.passage import Passage
from vademecum.evaluate.make.word_set import word_set

_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b|\bcentur|\bBC\b|\bAD\b")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = re.compile(rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})|(?:{_MONTHS}) \d)")
_VAGUE = re.compile(
    r"\b(?:last|next|this|that|early|late|recent|previous|same|past|coming|weekend|ago|fiscal|quarter)\b",
    re.IGNORECASE,
)
_PLACED = word_set(
    "bear hold base locate found die live build open situate establish sign play meet host take bury"
    " stand hide store keep meet grow educate"
)
_PLACES = ("GPE", "LOC", "FAC")
_LIGHT = word_set(
    "have make take give do get see play become use face hold reach need keep leave put deliver"
)
_PRONOUNS = frozenset(("he", "she", "it"))
_MOST_OBJECT_WORDS = 7
_AGENTS = ("PERSON", "ORG")


def ask_facts(passage: Passage) -> Iterator[Candidate]:
    """Yield the questions that one sentence answers."""
    clause = read_clause(passage.parsed)
    if clause is None:
        return
    named = clause.name_of(clause.subject)
    for form in _FORMS:
        for text, answer, kind in form(clause):
            yield Candidate(
                text=f"{text}?",
                answer=answer,
                type=kind,
                passage=passage,
                form=form.__name__.removeprefix("ask").removeprefix("_"),
                subject=clause.subject_text if named else "",
                subject_type=named.type if named else "",
            )


def _who(clause: Clause) -> Made:
    """A person or an organisation as the subject."""
    name = clause.name_of(clause.subject)
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
    name = clause.name_of(clause.subject)
    if name is None or clause.lemma != "be" or " " not in name.text:
        return
    if name.type in ("DATE", "CARDINAL", "NORP"):
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
        inner = clause.object_of(part)
        name = clause.name_of(inner) if inner else None
        if name is None or inner is None or _VAGUE.search(name.text):
            continue
        word = clause.preposition(part)
        if clause.auxiliaries and clause.parsed.words[clause.auxiliaries[0]].lemma == "have":
            return
        if (
            name.type == "DATE"
            and word in ("in", "on")
            and (_YEAR.search(name.text) or _DAY.search(name.text))
        ):
            text = clause.invert("When", without=(part,))
        elif name.type == "TIME" and word == "at" and any(char.isdigit() for char in name.text):
            text = clause.invert("At what time", without=(part,))
        else:
            continue
        if text:
            yield text, name.text, name.type


def _where(clause: Clause) -> Made:
    """A place of something that is held, kept or built there."""
    perfect = clause.auxiliaries and clause.parsed.words[clause.auxiliaries[0]].lemma == "have"
    if clause.lemma not in _PLACED or perfect:
        return
    for part in (*clause.tail, *clause.opening):
        inner = clause.object_of(part)
        name = clause.name_of(inner) if inner else None
        if name and name.type in _PLACES and clause.preposition(part) in ("in", "at"):
            text = clause.invert("Where", without=(part,))
            if text:
                yield text, clause.parsed.span(part.head + 1, part.last), name.type


def _what_is(clause: Clause) -> Made:
    """The figure or name that something described at length is: "What is the refund period for plants"."""
    words = clause.parsed.words
    subject = clause.subject
    described = subject.last > subject.first + 1 and words[subject.first].text.lower() in ("the", "a")
    described = described and words[subject.head].tag in ("NN", "NNP")
    if clause.lemma != "be" or not described or clause.auxiliaries:
        return
    for part in clause.tail:
        figures = {"CARDINAL", "MONEY", "PERCENT", "DATE", "TIME", "QUANTITY", "PERSON", "GPE", "ORG"}
        named = [name for name in clause.parsed.names if part.first <= name.first <= part.last]
        listed = clause.parsed.children(part.head, "conj", "cc", "appos")
        if part.dep != "attr" or not named or named[0].type not in figures or listed:
            continue
        last = named[0].last
        if words[last].lemma.lower() == "one":
            continue
        if named[0].first <= part.first + 1 and part.head <= last:
            person = named[0].type == "PERSON"
            text = clause.invert("Who" if person else "What", without=clause.tail)
            if text:
                yield text, clause.parsed.span(part.first, last), named[0].type


def _what(clause: Clause) -> Made:
    """The thing that someone acts upon, where the rest of the sentence says on which occasion."""
    words = clause.parsed.words
    named = clause.name_of(clause.subject) or words[clause.subject.last].text.lower() in _PRONOUNS
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
        if any(other.dep not in ("prep", "agent", "npadvmod") for other in rest):
            continue
        named = any(words[at].entity for other in rest for at in range(other.first, other.last + 1))
        people = any(named.type == "PERSON" and named.last == part.head for named in clause.parsed.names)
        text = clause.invert("What", without=(part,)) if named and not people else None
        if text:
            yield text, clause.parsed.span(part.first, part.last), "THING"


def _whom(clause: Clause) -> Made:
    """A person who is acted upon, or by whom something is done."""
    for part in clause.tail:
        name = clause.name_of(part)
        if part.dep == "dobj" and name and name.type == "PERSON":
            text = clause.invert("Who", without=(part,))
            if text:
                yield text, name.text, "PERSON"
        if part.dep == "agent":
            inner = clause.object_of(part)
            name = clause.name_of(inner) if inner else None
            the = inner is not None and clause.parsed.words[inner.first].text.lower() == "the"
            if name and (name.type == "PERSON" or (name.type == "ORG" and the)):
                text = clause.invert("By whom", without=(part,))
                if text:
                    yield text, name.text, name.type


_FORMS: tuple[Callable[[Clause], Made], ...] = (
    _who,
    _who_is,
    _what_is,
    _when,
    ask_how_long,
    _where,
    ask_how_many,
    ask_how_much,
    _whom,
    _what,
)
