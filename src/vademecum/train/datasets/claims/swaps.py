"""Claims that a paragraph contradicts: one name, number, word or role of a true one changed.

A change is made only where the paragraph does not say the changed claim as well.
Use: `contradict(parsed, told, pool, random.Random(0))` gives the changed claim and the way it was changed.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from vademecum.text.parsed import Name, Parsed
from vademecum.train.datasets.claims.paragraphs import Told
from vademecum.train.datasets.twist import OPPOSITES

_NAMED = frozenset({"PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "LANGUAGE", "WORK_OF_ART", "EVENT"})
_NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_WORDED = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_SYMMETRIC = frozenset(
    {
        "marry", "meet", "join", "face", "accompany", "border", "resemble", "play", "fight", "date",
        "equal", "match", "include", "involve", "mean", "wed", "contain", "represent", "feature",
        "comprise", "have",
    }
)  # fmt: skip
"""Verbs that hold, or may hold, both ways."""
_OF_RESULTS = {
    "improves": "worsens",
    "improved": "worsened",
    "reduces": "raises",
    "reduced": "raised",
    "increases": "decreases",
    "promotes": "inhibits",
    "promote": "inhibit",
    "activates": "suppresses",
    "activate": "suppress",
    "upregulated": "downregulated",
    "enhanced": "impaired",
    "enhances": "impairs",
    "active": "inactive",
    "actor": "actress",
    "dead": "alive",
    "many": "few",
}
_OPPOSITE = {**OPPOSITES, **{other: word for word, other in _OF_RESULTS.items()}, **_OF_RESULTS}
_AUXILIARY = frozenset(
    {"is", "was", "are", "were", "has", "have", "had", "can", "could", "will", "would", "must", "may"}
)
_NEGATED = re.compile(r"\b(?:not|never)\s+|n't\b")

Way = Callable[[Parsed, Told, "Pool", random.Random], str]


class Pool:
    """Names by type, those of each article apart."""

    def __init__(self, told: Iterable[Told]) -> None:
        self._all: dict[str, set[str]] = defaultdict(set)
        self._groups: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in told:
            for sentence in one.sentences:
                for name in sentence.names:
                    text = bare(name.text)
                    if well_formed(text):
                        self._all[name.type].add(text)
                        self._groups[one.paragraph.group, name.type].add(text)
        self._sorted = {type_: sorted(texts) for type_, texts in self._all.items()}

    def near(self, group: str, type_: str) -> list[str]:
        """Return the names of an article, in alphabetical order."""
        return sorted(self._groups[group, type_])

    def far(self, type_: str) -> Sequence[str]:
        """Return all names of a type."""
        return self._sorted.get(type_, ())


def contradict(claim: Parsed, told: Told, pool: Pool, chance: random.Random) -> tuple[str, str] | None:
    """Return a claim that the paragraph contradicts, and the name of the change; None where none can be made.

    Args:
        claim: A claim that the paragraph supports.
        told: The paragraph.
        pool: Names that may be put in.
        chance: Decides which change is tried first.
    """
    ways: dict[str, Way] = {
        "name": swap_name, "number": swap_number, "negation": negate, "opposite": oppose, "roles": swap_roles,
    }  # fmt: skip
    order = chance.sample(
        ("name", "name", "number", "number", "negation", "opposite", "opposite", "roles", "roles"), 9
    )
    for way in dict.fromkeys(order):
        text = ways[way](claim, told, pool, chance)
        if text and text != claim.text and text not in told.paragraph.text:
            return text, way
    return None


def swap_name(claim: Parsed, told: Told, pool: Pool, chance: random.Random) -> str:
    """Put another name of the same type in the place of one, mostly one of the same paragraph."""
    names = [name for name in claim.names if name.type in _NAMED and well_formed(bare(name.text))]
    chance.shuffle(names)
    here = told.paragraph.text
    for name in names:
        old = bare(name.text)
        others = [one for one in pool.near(told.paragraph.group, name.type) if one in here]
        others = [one for one in others if not _alike(one, old) and one not in claim.text]
        if not others or chance.random() < 0.3:
            others = [one for one in pool.near(told.paragraph.group, name.type) if not _alike(one, old)]
            others = [one for one in others if one not in here] or [
                one
                for one in chance.sample(pool.far(name.type), min(5, len(pool.far(name.type))))
                if one not in here
            ]
        if others:
            return _put(claim, name, old, chance.choice(others))
    return ""


def swap_number(claim: Parsed, told: Told, pool: Pool, chance: random.Random) -> str:
    """Put another number, year or month in the place of one."""
    found = [(match.start(), match[0]) for match in _NUMBER.finditer(claim.text)]
    found += [(word.start, word.text) for word in claim.words if word.text in _MONTHS or word.text in _WORDED]
    chance.shuffle(found)
    for start, old in found:
        new = _other_number(old, told.paragraph.text, chance)
        if new and new != old:
            return f"{claim.text[:start]}{new}{claim.text[start + len(old) :]}"
    return ""


def _other_number(old: str, here: str, chance: random.Random) -> str:
    for listed in (_MONTHS, _WORDED):
        if old in listed:
            return chance.choice([one for one in listed if one != old])
    mentioned = [one for one in _NUMBER.findall(here) if len(one) == len(old) and one != old]
    if mentioned and chance.random() < 0.6:
        return chance.choice(mentioned)
    value = old.replace(",", "")
    if "." in value:
        whole, _, part = value.partition(".")
        return f"{int(whole) + chance.choice((1, 2, 3, 10))}.{part}"
    number = int(value)
    if 1000 < number < 2100 and "," not in old:
        return str(number + chance.choice((-30, -12, -7, -4, -3, -2, 2, 3, 5, 8, 11, 20)))
    moved = max(1, round(number * chance.choice((0.3, 0.5, 0.7, 1.5, 2, 3))))
    moved = moved if moved != number else number + 2
    return f"{moved:,}" if "," in old else str(moved)


def negate(claim: Parsed, told: Told, pool: Pool, chance: random.Random) -> str:
    """Deny the main clause, or take its denial away."""
    denied = _NEGATED.search(claim.text)
    if denied:
        return (
            claim.text[: denied.start()] + claim.text[denied.end() :]
            if denied[0][0] in "n" and denied[0][:2] != "n'"
            else ""
        )
    for root in claim.roots[:1]:
        word = claim.words[root]
        helpers = [at for at in claim.children(root, "aux", "auxpass") if claim.words[at].text in _AUXILIARY]
        if helpers or word.text in _AUXILIARY:
            end = claim.words[helpers[0] if helpers else root].end
            return f"{claim.text[:end]} not{claim.text[end:]}"
        if word.tag in ("VBD", "VBZ", "VBP") and not claim.children(root, "aux", "auxpass", "conj"):
            does = {"VBD": "did not", "VBZ": "does not", "VBP": "do not"}[word.tag]
            return f"{claim.text[: word.start]}{does} {word.lemma}{claim.text[word.end :]}"
    return ""


def oppose(claim: Parsed, told: Told, pool: Pool, chance: random.Random) -> str:
    """Put the opposite in the place of a word."""
    found = [word for word in claim.words if word.text in _OPPOSITE and word.entity in ("", "ORDINAL")]
    chance.shuffle(found)
    for word in found:
        other = _OPPOSITE[word.text]
        if other not in claim.text.split():
            return f"{claim.text[: word.start]}{other}{claim.text[word.end :]}"
    return ""


def swap_roles(claim: Parsed, told: Told, pool: Pool, chance: random.Random) -> str:
    """Let two names of the same type change places: "A beat B" becomes "B beat A"."""
    for root in claim.roots[:1]:
        if claim.words[root].lemma in _SYMMETRIC or claim.words[root].lemma == "be":
            return ""
    names = [name for name in claim.names if name.type in _NAMED]
    for first in names:
        for second in names:
            if first.last < second.first and first.type == second.type and not _joined(claim, first, second):
                a, b = claim.span(first.first, first.last), claim.span(second.first, second.last)
                if _alike(bare(a), bare(b)) or a.endswith("'s") != b.endswith("'s"):
                    continue
                start, end = claim.words[first.first].start, claim.words[first.last].end
                begin, close = claim.words[second.first].start, claim.words[second.last].end
                text = f"{claim.text[:start]}{b}{claim.text[end:begin]}{a}{claim.text[close:]}"
                return text[:1].upper() + text[1:]
    return ""


def _joined(claim: Parsed, first: Name, second: Name) -> bool:
    """Say whether two names stand in a list, or too close for a verb between them."""
    between = claim.words[first.last + 1 : second.first]
    verbs = [word for word in between if word.pos == "VERB"]
    return not verbs or any(word.text in (",", "and", "or", "with", "between") for word in between)


def _put(claim: Parsed, name: Name, old: str, new: str) -> str:
    start = claim.text.find(old, claim.words[name.first].start)
    return f"{claim.text[:start]}{new}{claim.text[start + len(old) :]}" if start >= 0 else ""


def _alike(one: str, other: str) -> bool:
    return bool(set(one.casefold().split()) & set(other.casefold().split())) or one in other or other in one


def bare(name: str) -> str:
    """Return a name without article and possessive."""
    return re.sub(r"^[Tt]he |['\u2019]s?$", "", name)


def well_formed(name: str) -> bool:
    """Say whether a name is written as one, in at most four words."""
    return (
        re.fullmatch(r"[A-Z][\w.'\u2019&-]+(?: (?:of|de|van|von|the|[A-Z][\w.'\u2019&-]*)){0,3}", name)
        is not None
    )
