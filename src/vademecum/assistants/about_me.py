"""What somebody says of themselves: to be remembered, corrected, shown, forgotten, and read for an answer.

Owns the rules, which are made for English; where facts are kept belongs to the state store.
Use: `wish = read_wish("Remember that I work in Lyon.")`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vademecum.text.analyse import analyse
from vademecum.text.sentences import split_sentences
from vademecum.values.conversation import Fact

Action = Literal["remember", "forget", "no longer", "forget all", "show"]

_REMEMBER = re.compile(
    r"(?:please\s+)?(?:remember|note|keep in mind)(?:\s+that)?[\s:,]+(?P<what>.+)", re.I | re.S
)
_FORGET = re.compile(
    r"(?:please\s+)?forget\s+(?:that\s+|about\s+|what i (?:said|told you)(?: about)?\s+)?(?P<what>.+)",
    re.I | re.S,
)
_ALL = re.compile(r"(?:everything|all)(?:\s+(?:about me|i (?:said|told you)|you know.*))?[.!]*", re.I)
_SHOW = re.compile(
    r"what (?:do|did) (?:you|i) (?:know|remember|tell you|say) (?:of|about) (?:me|myself)\W*", re.I
)
_SELF = re.compile(
    r"(?:my [\w' -]{1,40}? (?:is|are|was)\b"
    r"|i(?:'m| am) (?:a|an|the|from|based|responsible|called|allergic|vegetarian|vegan)\b"
    r"|i (?:live|work|study|speak|prefer|like|dislike|hate|love|own|manage|lead|belong|was born)\b"
    r"|call me\b)",
    re.I,
)
_FIRST_PERSON = re.compile(r"\b(?:i|me|my|mine|myself)\b", re.I)
_NUMERAL = re.compile(r"\b(?:[A-Z][\w'\u2019-]+ )+I\b(?!')")
"""A roman one, as in "World War I" and "Elizabeth I", which nobody calls themselves."""
_ASIDE = re.compile(
    r"(?:(?:actually|no|sorry|well|hi|hello|by the way|btw|correction|now|oh|that(?:'s| is| was)"
    r" (?:wrong|not right|not true|no longer true|outdated))\b[\s,.:;!-]*)+",
    re.I,
)
_NOT_ANY_MORE = re.compile(
    r"i (?:no longer|do not|don't) (?P<what>(?:live|work|study|speak|own|manage|lead|belong)\b.*?)"
    r"(?: any ?more)?[.!]*",
    re.I,
)
_HEAD = re.compile(
    r"(?P<head>my [\w' -]{1,40}? (?:is|are|was)|i(?:'m| am)|call me"
    r"|i (?:live|work|study|speak|own|manage|lead|belong|was born)(?: (?:in|at|as|for|on|to|with))?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be done with what is remembered.

    Attributes:
        action: What.
        texts: The sentences to remember, or the words that tell what to forget.
    """

    action: Action
    texts: tuple[str, ...] = ()


def read_wish(said: str) -> Wish | None:
    """Return what a message wants remembered, forgotten or shown; None when it is a question."""
    said = " ".join(said.split()).replace("\u2019", "'")
    aside = _ASIDE.match(said)
    if aside and not said.endswith("?"):
        said = said[aside.end() :]
    if found := _NOT_ANY_MORE.fullmatch(said):
        return Wish(action="no longer", texts=(found["what"],))
    if _SHOW.fullmatch(said):
        return Wish(action="show")
    if found := _FORGET.fullmatch(said):
        what = found["what"]
        return Wish(action="forget all") if _ALL.fullmatch(what) else Wish(action="forget", texts=(what,))
    if found := _REMEMBER.fullmatch(said):
        if said.endswith("?"):
            return None
        what = found["what"]
        return Wish(action="remember", texts=(what[0].upper() + what[1:],))
    sentences = [said[start:end] for start, end in split_sentences(said)]
    if sentences and all(_SELF.match(one) and not one.endswith("?") for one in sentences):
        return Wish(action="remember", texts=tuple(one[0].upper() + one[1:] for one in sentences))
    return None


def is_about_me(question: str) -> bool:
    """Say whether a question speaks of who asks."""
    return _FIRST_PERSON.search(_NUMERAL.sub(" ", question)) is not None


def corrected_by(text: str, facts: Sequence[Fact]) -> Fact | None:
    """Return the fact that a new one takes the place of: it says the same thing of the same."""
    head = _head(text)
    return next((fact for fact in reversed(facts) if head and _head(fact.text) == head), None)


def facts_meant(what: str, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts that share the most words with what is to be forgotten; none when none shares any."""
    wanted = set(analyse(_FIRST_PERSON.sub(" ", what)))
    shared = [(len(wanted & set(analyse(fact.text))), fact) for fact in facts]
    most = max((count for count, _ in shared), default=0)
    return [fact for count, fact in shared if most and count == most]


def facts_over(what: str, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts that hold every word of what is no longer true."""
    wanted = set(analyse(what))
    return [fact for fact in facts if wanted and wanted <= set(analyse(fact.text))]


def related(question: str, facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts that share a word with a question about who asks."""
    if not is_about_me(question):
        return []
    wanted = set(analyse(_FIRST_PERSON.sub(" ", question)))
    return [fact for fact in facts if wanted & set(analyse(_FIRST_PERSON.sub(" ", fact.text)))]


def _head(text: str) -> str:
    found = _HEAD.match(text)
    return " ".join(found["head"].lower().replace("i'm", "i am").split()) if found else ""
