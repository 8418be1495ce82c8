"""Where a question leans on what was said before: pronouns, descriptions, gaps.

Owns finding the places; what fills them is decided in `readings.py`.
Use: `find_slots(parsed)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from vademecum.retrieve.understand.lexicon import (
    COLLECTIVE,
    EMPTY_NOUNS,
    MEN,
    PEOPLE,
    POINTING,
    POSSESSIVE,
    RELATIONAL,
    SEVERAL,
    THINGS,
    UNIQUE,
)
from vademecum.retrieve.understand.mentions import borders, name_at
from vademecum.text.parsed import Parsed, Word

SlotKind = Literal["thing", "several", "man", "woman", "place", "described", "one", "gap", "compared"]

_EXPLETIVE = re.compile(
    r"\bit (?:is |was |be |'s )?(?:possible|necessary|true|better|best|important|legal|allowed|safe|okay|ok"
    r"|worth|time|raining|snowing)\b"
    r"|\b(?:is|was) it (?:\w+ )?(?:possible|necessary|true|legal|allowed|safe|okay|ok|worth|hard|easy|common)"
    r" (?:to|that|for)\b"
    r"|\btime is it\b"
    r"|\bhow (?:long|much|many \w+) (?:does|did|will|would) it (?:take|cost)\b(?= (?:for|to|if)\b)"
    r"|\b(?:make|makes|made|making) it\b(?= (?:to|in|into|through)\b)",
    re.I,
)
_COMPARES = {"differ": "from", "different": "from", "compare": "to", "similar": "to"}
_COMPLEMENTS = ("prep", "relcl", "acl", "advcl")
_ASKED_ABOUT = ("nsubj", "nsubjpass", "attr", "dobj", "ROOT", "appos", "conj")
_GOES_ON = ("ADP", "SCONJ", "PART", "PROPN", "NOUN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place that leans on an earlier turn.

    Attributes:
        kind: What may fill it.
        first: Position of its first word.
        last: Position of its last word; what fills a gap goes behind it.
        possessive: Whether what fills it owns what follows.
        noun: The noun that tells what is meant, where there is one.
        plural: Whether several are meant.
        lead: What comes before what fills a gap, such as "of".
    """

    kind: SlotKind
    first: int
    last: int
    possessive: bool = False
    noun: str = ""
    plural: bool = False
    lead: str = ""


def find_slots(parsed: Parsed) -> list[Slot]:
    """Return the places of a question that lean on earlier turns, in order; none when it stands alone."""
    return sorted([*_pronouns(parsed), *_nouns(parsed), *_comparisons(parsed)], key=lambda slot: slot.first)


def names_itself(parsed: Parsed) -> bool:
    """Say whether a question names what it is about."""
    return any(
        word.pos == "PROPN" or (at and word.text[:1].isupper() and word.tag[0] in "NJ")
        for at, word in enumerate(parsed.words)
    )


def _pronouns(parsed: Parsed) -> Iterator[Slot]:
    seen: set[SlotKind] = set()
    for at, word in enumerate(parsed.words):
        text = word.text.lower()
        kind: SlotKind | None = None
        if text in THINGS and word.tag in ("PRP", "PRP$"):
            kind = "thing"
        elif text in SEVERAL:
            kind = "several"
        elif text in PEOPLE:
            kind = "man" if text in MEN else "woman"
        elif text == "there" and word.tag != "EX" and at and parsed.words[at - 1].lemma != "be":
            kind = "place"
        elif text in POINTING and word.dep in ("nsubj", "nsubjpass", "dobj", "pobj", "attr"):
            kind = ("thing" if text in ("this", "that") else "several") if word.tag == "DT" else None
        if kind is None or kind in seen or _expletive(parsed, at) or _bound(parsed, at):
            continue
        seen.add(kind)  # "How did he lose his finger?": what follows goes back to the first
        possessive = text in POSSESSIVE and (word.tag == "PRP$" or word.dep == "poss")
        yield Slot(kind=kind, first=at, last=at, possessive=possessive)


def _expletive(parsed: Parsed, at: int) -> bool:
    """Say whether "it" stands for nothing, as in "Is it true that ...?"."""
    word = parsed.words[at]
    return word.text.lower() == "it" and (
        word.dep == "expl"
        or any(
            found.start() <= word.start and word.end <= found.end()
            for found in _EXPLETIVE.finditer(parsed.text)
        )
    )


def _bound(parsed: Parsed, at: int) -> bool:
    """Say whether a pronoun goes back to a noun of its own question."""
    words = parsed.words
    above = list(_above(parsed, at))
    clause = _clause(parsed, at)
    for before in range(at):
        if not _may_be_meant(words[at].text.lower(), words[before]):
            continue
        other = _clause(parsed, before)
        if words[at].tag == "PRP$" and (words[before].pos == "PROPN" or _in_subject(parsed, before)):
            return True
        joined = before in above and any(words[one].dep == "conj" for one in above[: above.index(before)])
        if joined or (other != clause and before not in above):
            return True
    return False


def _in_subject(parsed: Parsed, at: int) -> bool:
    """Say whether a word is a subject or tells more of one."""
    return any(parsed.words[one].dep in ("nsubj", "nsubjpass") for one in (at, *_above(parsed, at)))


def _may_be_meant(pronoun: str, noun: Word) -> bool:
    """Say whether a noun of the same question agrees with a pronoun behind it."""
    lemma = noun.lemma.lower()
    if noun.pos not in ("NOUN", "PROPN") or lemma in EMPTY_NOUNS or lemma in UNIQUE:
        return False
    if noun.pos == "PROPN":
        return True
    if noun.dep in ("compound", "nmod", "npadvmod", "amod", "poss"):
        return False
    several = noun.tag == "NNS" or lemma in COLLECTIVE
    if pronoun in PEOPLE:
        return noun.tag == "NN" and lemma not in RELATIONAL
    return several if pronoun in SEVERAL else noun.tag == "NN"


def _clause(parsed: Parsed, at: int) -> int:
    """Return the verb that a word belongs to; -1 for none."""
    return next((one for one in _above(parsed, at) if parsed.words[one].pos in ("VERB", "AUX")), -1)


def _above(parsed: Parsed, at: int) -> Iterator[int]:
    seen = {at}
    while (head := parsed.words[at].head) not in seen:
        yield head
        seen.add(head)
        at = head


def _nouns(parsed: Parsed) -> Iterator[Slot]:
    """Yield descriptions such as "that company", "ones", and nouns that want an "of what"."""
    words = parsed.words
    for at, word in enumerate(words):
        if word.text.lower() in ("one", "ones") and _is_one(parsed, at):
            yield Slot(kind="one", first=at, last=at, plural=word.text.lower() == "ones")
            continue
        if _is_superlative(parsed, at):
            yield Slot(kind="one", first=at, last=at, lead=" ")
        lemma = word.lemma.lower()
        if word.pos != "NOUN" or word.dep in ("compound", "nmod", "npadvmod", "amod"):
            continue
        if lemma in EMPTY_NOUNS or lemma in UNIQUE or name_at(parsed, at) is not None:
            continue
        first, last = borders(parsed, at)
        before = words[first].text.lower()
        if words[first].tag in ("PRP$", "WDT", "WP", "WP$") or parsed.children(at, "poss"):
            continue
        if any(one.text[:1].isupper() for one in words[max(first, 1) : last + 1]):
            continue  # "the Lyon office" is clear by itself
        plural = word.tag == "NNS"
        if before in POINTING:
            yield Slot(kind="described", first=first, last=last, noun=lemma, plural=plural)
        elif before == "the" and not _completed(parsed, at) and not parsed.children(at, "compound"):
            lead = "of" if _asked_about(parsed, at) else ""
            yield Slot(kind="described", first=first, last=last, noun=lemma, plural=plural, lead=lead)
        elif _asked_about(parsed, at) and not _completed(parsed, at):
            listed = plural and last > first and parsed.words[_clause(parsed, at)].lemma == "be"
            if lemma not in RELATIONAL and not listed:
                continue
            yield Slot(kind="gap", first=at, last=at, noun=lemma, plural=plural, lead="of")


def _completed(parsed: Parsed, at: int) -> bool:
    """Say whether what follows a noun tells of what it is."""
    follows = at + 1 < len(parsed.words) and parsed.words[at + 1].pos in _GOES_ON
    return follows or bool(parsed.children(at, *_COMPLEMENTS))


def _asked_about(parsed: Parsed, at: int) -> bool:
    """Say whether a noun is the subject or object of the main verb."""
    return parsed.words[at].dep in _ASKED_ABOUT and _clause(parsed, at) in (-1, *parsed.roots)


def _is_one(parsed: Parsed, at: int) -> bool:
    word = parsed.words[at]
    if word.text.lower() == "ones":
        return True
    followed = at + 1 < len(parsed.words) and parsed.words[at + 1].text.lower() == "of"
    return not followed and word.dep not in ("nummod", "det") and bool(parsed.children(at, "amod", "det"))


def _is_superlative(parsed: Parsed, at: int) -> bool:
    """Say whether a word is the last of "the largest" or "the most powerful", without what is."""
    word = parsed.words[at]
    most = word.tag == "JJS" or any(parsed.words[one].tag == "RBS" for one in parsed.children(at))
    alone = word.pos == "ADJ" and word.dep in ("attr", "nsubj") and bool(parsed.children(at, "det"))
    return most and alone


def _comparisons(parsed: Parsed) -> Iterator[Slot]:
    for at, word in enumerate(parsed.words):
        lead = _COMPARES.get(word.lemma.lower(), "")
        ends = all(one.pos == "PUNCT" for one in parsed.words[at + 1 :])
        if lead and ends and word.dep in ("ROOT", "acomp", "conj"):
            yield Slot(kind="compared", first=at, last=at, lead=lead)
