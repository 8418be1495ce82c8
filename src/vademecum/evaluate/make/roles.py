"""Who is what: descriptions that fit one person of a collection, such as "the mayor of Bristol".

Owns finding them; questions about them and bridges over them use what is found here.
Use: `find_roles(passages)`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vademecum.evaluate.make.candidate import Candidate
from vademecum.evaluate.make.passage import Passage
from vademecum.evaluate.make.word_set import word_set
from vademecum.text.parsed import Name, Parsed

_STATE_ROLES = word_set(
    "president minister king queen chancellor leader ambassador coach captain governor mayor"
)
_COMPANY_ROLES = word_set(
    "executive chairman chairwoman president manager coach captain founder boss head ceo editor owner"
    " mayor governor commissioner principal treasurer chair curator headteacher"
)
_OF_ROLES = (
    _STATE_ROLES | _COMPANY_ROLES | frozenset(("director", "creator", "inventor", "author", "architect"))
)
_ALONE = frozenset(("executive", "minister", "manager"))
_MODIFIERS = word_set(
    "chief prime foreign finance industry trade defence defense health interior home education energy"
    " culture general managing executive financial operating technology national team head vice sports"
    " football rugby cricket club union opposition transport justice environment marketing information"
    " environment"
)
_PASSED = word_set("former ex late then acting interim vice deputy outgoing one-time ex- associate assistant")
_WHOSE = frozenset(("ORG", "GPE", "NORP"))


@dataclass(frozen=True, kw_only=True)
class Role:
    """One person and what a sentence calls them.

    Attributes:
        person: The name.
        description: With its article, such as "the mayor of Bristol".
        role: The bare office, such as "mayor".
        of: The organisation or place, as named.
        of_type: Its type.
        passage: The sentence that says so.
    """

    person: str
    description: str
    role: str
    of: str
    of_type: str
    passage: Passage


def find_roles(passages: Iterable[Passage]) -> list[Role]:
    """Return the descriptions that fit exactly one person, in the order they are found."""
    found: dict[str, list[Role]] = defaultdict(list)
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for passage in passages:
        for role in _roles_in(passage):
            found[role.description.casefold()].append(role)
            holders[role.role.split()[-1].casefold(), _key(role.of)].add(_last(role.person))
    return [
        max(roles, key=lambda role: len(role.person))
        for roles in found.values()
        if len(holders[roles[0].role.split()[-1].casefold(), _key(roles[0].of)]) == 1
    ]


def _key(name: str) -> str:
    return re.sub(r"^the |'s$|\u2019s$", "", name.casefold())


def _last(name: str) -> str:
    return name.casefold().split()[-1]


def _roles_in(passage: Passage) -> Iterator[Role]:
    parsed = passage.parsed
    for person in parsed.names:
        if person.type != "PERSON" or len(person.text.split()) < 2 or not _is_name(person.text):
            continue
        for found in (_before(parsed, person), _after(parsed, person)):
            if found is not None:
                description, role, of = found
                yield Role(
                    person=person.text,
                    description=description,
                    role=role,
                    of=of.text,
                    of_type=of.type,
                    passage=passage,
                )


def _is_name(text: str) -> bool:
    parts = text.split()
    shaped = all(re.fullmatch(r"[A-Z][\w'\u2019.-]*|de|van|von|der|al|bin|la", part) for part in parts)
    return shaped and parts[0] not in ("Mr", "Mrs", "Ms", "Dr", "Sir", "Lord")


def _before(parsed: Parsed, person: Name) -> tuple[str, str, Name] | None:
    """Read "Google chief executive Eric Schmidt"."""
    words = parsed.words
    last = person.first - 1
    first = last
    while first >= 0 and words[first].pos in ("NOUN", "ADJ") and not words[first].entity:
        first -= 1
    first += 1
    of = next(
        (name for name in parsed.names if name.type in _WHOSE and name.last in (first - 1, first - 2)), None
    )
    known = _COMPANY_ROLES if of and of.type == "ORG" else _STATE_ROLES
    if first > last or of is None or words[last].lemma.lower() not in known:
        return None
    if of.last == first - 2 and words[first - 1].text not in ("'s", "\u2019s"):
        return None
    role = parsed.span(first, last)
    if not _is_office(role):
        return None
    before = words[of.first - 1].text.lower() if of.first else ""
    if before in _PASSED or before in ("of", "-", "and", "&") or _PASSED & set(role.lower().split()):
        return None
    if words[of.first - 1].pos in ("PROPN", "ADJ") and of.first:
        return None
    name = re.sub(r"^[Tt]he ", "", of.text)
    return f"the {name} {role}".replace("'s'", "'"), role, of


def _is_office(role: str) -> bool:
    """Say whether a role is one that one person has at a time, and names it in full."""
    *modifiers, head = role.lower().split()
    return set(modifiers) <= _MODIFIERS and (bool(modifiers) or head not in _ALONE)


def _after(parsed: Parsed, person: Name) -> tuple[str, str, Name] | None:
    """Read "Eric Schmidt, chief executive of Google,"."""
    words = parsed.words
    if person.last + 2 >= len(words) or words[person.last + 1].text != ",":
        return None
    at = person.last + 2
    begin = at + (words[at].text.lower() == "the")
    last = begin
    while last < len(words) and words[last].pos in ("NOUN", "ADJ"):
        last += 1
    last -= 1
    if last < begin or words[last].lemma.lower() not in _OF_ROLES or last + 2 >= len(words):
        return None
    role = parsed.span(begin, last)
    if not _is_office(role):
        return None
    if words[last + 1].text not in ("of", "at", "for") or _PASSED & set(role.lower().split()):
        return None
    of = next((n for n in parsed.names if n.type in _WHOSE and n.first in (last + 2, last + 3)), None)
    if of is None or of.last + 1 >= len(words) or words[of.last + 1].text not in (",", "."):
        return None
    return f"the {role} {parsed.span(last + 1, of.last)}", role, of


def ask_role(role: Role) -> Iterator[Candidate]:
    """Yield the question who has an office."""
    yield Candidate(
        text=f"Who is {role.description}?",
        answer=role.person,
        type="PERSON",
        passage=role.passage,
        form="role",
        subject=role.person,
        subject_type="PERSON",
    )
