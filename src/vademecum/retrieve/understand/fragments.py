"""Questions that are only a piece of one: "Why?", "And in Lyon?", "What about 2019?".

The rest is taken from the question before. Owns English word order of these few shapes.
Use: `complete(read("And in Lyon?"), read("When does the Nice office open?"))`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vademecum.retrieve.understand.lexicon import ORDINALS, QUANTITIES, RELATIONAL
from vademecum.retrieve.understand.mentions import bare, borders, name_at
from vademecum.text.parsed import Parsed

_LEAD = re.compile(r"\W*(?:(?:and|but|or|so|ok|okay|then|well|oh|yes|no|thanks)\b[\s,.]*)*", re.I)
_ABOUT = re.compile(r"\b(?:what|how) about\b\s*", re.I)
_WH = (
    r"why not|why|when|where|who|whom|what|which|how (?:much|many|long|often|far|old|big)|how come|how"
    r"|since when"
)
_ASKS = re.compile(
    rf"(?P<wh>(?:(?:by|with|for|to|from|in|since|until|at|on) )?(?:{_WH})"
    r"(?: (?:year|country|city|way|reason)s?)?)"
    r"(?:\s+(?:is|was|did|does|do)\s+(?:that|this)(?:\s+(?:so|happen))?)?\W*",
    re.I,
)
_END = re.compile(r"[\s?.!]*$")
_ARTICLE = re.compile(r"(?:the|a|an)\b", re.I)
_ONES = ("one", "ones")
_ORDINAL = re.compile(rf"\b(?:{'|'.join(ORDINALS)})\b", re.I)
_SHORT_WORDS = 8
_MOST_WORDS = 6
_LEAST = 2.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A phrase that another may stand in for.

    Attributes:
        start: First character of the phrase.
        end: One past its last character.
        text: The phrase.
        head: Its noun in dictionary form.
        type: Type of name.
        lead: The preposition before it.
        lead_start: First character of the preposition.
        relational: Whether it says little without "of what".
        named: Whether it is a name.
    """

    start: int
    end: int
    text: str
    head: str
    type: str = ""
    lead: str = ""
    lead_start: int = 0
    relational: bool = False
    named: bool = False


def complete(parsed: Parsed, before: Parsed, *, short: str = "") -> str:
    """Return a whole question made of a piece and the question before; empty when it is no piece.

    Args:
        parsed: What was asked.
        before: The question before, as it was understood.
        short: What was answered to it.
    """
    lead = _LEAD.match(parsed.text)
    start = lead.end() if lead else 0
    if asks := _ASKS.fullmatch(parsed.text, start):
        return _asked_again(asks["wh"].lower(), before, short)
    about = _ABOUT.search(parsed.text)
    if about is None and (
        any(word.pos in ("VERB", "AUX") for word in parsed.words) or len(parsed.words) > _MOST_WORDS
    ):
        return ""
    wanted = _wanted(parsed, about.end() if about else start)
    return _put_in(wanted, before) if wanted else ""


def _asked_again(wh: str, before: Parsed, short: str) -> str:
    """Return the question before with another question word."""
    text = _END.sub("", before.text)
    words = before.words
    first = next((at for at, word in enumerate(words) if word.tag in ("WDT", "WP", "WP$", "WRB")), None)
    aux = next((at for at, word in enumerate(words) if word.pos == "AUX"), None)
    told = short if short and len(short.split()) <= _SHORT_WORDS and short not in text else ""
    if first is None and aux == 0:
        return f"{wh.capitalize()} {text[0].lower()}{text[1:]}?"
    thing = first is not None and words[first].tag != "WRB"
    if first is not None and aux is not None and first < aux:
        behind = f" {told}" if told and thing else ""
        return f"{wh.capitalize()} {text[words[aux].start :]}{behind}?"
    root = words[before.roots[0]] if before.roots else None
    if first == 0 and root is not None and root.pos == "VERB":
        helper = "did" if root.tag in ("VBD", "VBN") else "does"
        return f"{wh.capitalize()} {helper} {told or 'they'} {root.lemma}{text[root.end :]}?"
    return f"{wh.capitalize()}: {text}?"


def _wanted(parsed: Parsed, start: int) -> _Piece | None:
    """Return what a piece of a question names."""
    end = len(_END.sub("", parsed.text))
    first = next((at for at, word in enumerate(parsed.words) if word.start >= start), None)
    if first is None:
        return None
    lead = parsed.words[first].text.lower() if parsed.words[first].pos == "ADP" else ""
    start = (
        parsed.words[first + 1].start if lead and first + 1 < len(parsed.words) else parsed.words[first].start
    )
    text = parsed.text[start:end]
    if not text.strip():
        return None
    whole = _Piece(start=start, end=end, text=text, head=text.split()[-1].lower(), named=text[:1].isupper())
    inside = [one for one in _pieces(parsed) if one.end > start]
    widest = max(inside, key=lambda one: one.end - max(one.start, start), default=whole)
    if whole.head in _ONES:
        widest = whole
    return replace(widest, start=start, end=end, text=text, lead=lead)


def _put_in(wanted: _Piece, before: Parsed) -> str:
    """Return the question before with a phrase of it exchanged for the new one."""
    pieces = [one for one in _pieces(before) if bare(one.text).casefold() != bare(wanted.text).casefold()]
    rated = [(_rated(wanted, one), -at, one) for at, one in enumerate(pieces)]
    best, _, one = max(rated, default=(0.0, 0, None), key=lambda rate: rate[:2])
    text = before.text
    if one is None or best < _LEAST:
        if not wanted.lead:
            return ""
        end = len(_END.sub("", text))
        return f"{text[:end]} {wanted.lead} {wanted.text}{text[end:]}"
    start, new = one.start, wanted.text
    if wanted.head in _ONES:
        new = _other(new, one.text)
    elif one.relational and wanted.relational and _ARTICLE.match(one.text) and not _ARTICLE.match(new):
        new = f"the {new}"
    if wanted.lead and one.lead and wanted.lead != one.lead:
        start, new = one.lead_start, f"{wanted.lead} {new}"
    if start == 0:
        new = new[0].upper() + new[1:]
    return text[:start] + new + text[one.end :]


def _other(new: str, old: str) -> str:
    """Return "the BBC's first studio" for "the first one" and "the BBC's second studio"."""
    told = _ARTICLE.sub("", new).rpartition(" ")[0].strip()
    if told.lower() in ORDINALS and (found := _ORDINAL.search(old)):
        return old[: found.start()] + told + old[found.end() :]
    return re.sub(r"\bones?$", old.split()[-1], new)


def _rated(wanted: _Piece, one: _Piece) -> float:
    """Return how well a phrase of the question before gives way to the new one."""
    alike = 0.0
    if wanted.type and one.type:
        counted = (wanted.type in QUANTITIES) != (one.type in QUANTITIES)
        alike += 3.0 if wanted.type == one.type else -3.0 if counted else -0.5
    if wanted.head in _ONES:
        alike += -4.0 if one.named else 4.0
    elif wanted.head == one.head or wanted.head.endswith(one.head) or one.head.endswith(wanted.head):
        alike += 5.0
    if wanted.lead:
        alike += 2.0 if wanted.lead == one.lead else 0.0
    if wanted.named and one.named:
        alike += 2.5
    else:
        alike += 1.0 if wanted.named == one.named else -0.5
    alike += 0.5 if wanted.relational == one.relational else -1.0
    return alike


def _pieces(parsed: Parsed) -> Iterator[_Piece]:
    """Yield the phrases and names of a question, in order."""
    for at, word in enumerate(parsed.words):
        name = name_at(parsed, at)
        if name is not None:
            if at != name.last:
                continue
            first, last = name.first, name.last
        elif word.pos in ("NOUN", "PROPN") and word.dep not in ("compound", "nmod", "amod", "npadvmod"):
            first, last = borders(parsed, at)
        elif word.pos == "PROPN" and word.dep == "compound" and parsed.words[word.head].pos == "NOUN":
            first = last = at
        else:
            continue
        if any(one.tag in ("WP", "WP$", "WRB", "WDT") for one in parsed.words[first : last + 1]):
            continue
        lead = parsed.words[first - 1] if first and parsed.words[first - 1].pos == "ADP" else None
        yield _Piece(
            start=parsed.words[first].start,
            end=parsed.words[last].end,
            text=parsed.span(first, last),
            head=word.lemma.lower(),
            type=name.type if name else "",
            lead=lead.text.lower() if lead else "",
            lead_start=lead.start if lead else 0,
            relational=word.lemma.lower() in RELATIONAL,
            named=word.pos == "PROPN" or (name is not None and name.type not in QUANTITIES),
        )
