"""Claim examples from paragraphs and from questions: each claim with evidence for, against and beside it.

A supported claim and the contradicted one made of it are shown with the same evidence, so that neither the
claim nor the evidence alone tells the label.
Use: `from_sentences(told, pool, verbs, parse=parser.parse, seed=0)`.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from vademecum.text.analyse import analyse
from vademecum.text.parsed import Parse, Parsed
from vademecum.train.datasets.claims.forms import Verbs, forms, fused
from vademecum.train.datasets.claims.paragraphs import Told
from vademecum.train.datasets.claims.statements import state
from vademecum.train.datasets.claims.swaps import Pool, bare, contradict
from vademecum.values.dataset import ClaimExample, ClaimLabel

MOST_WORDS = 100
"""Longest evidence of an example."""
_LEAST_NEW = 0.4
_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question about a paragraph.

    Attributes:
        told: The paragraph.
        question: What is asked, ending in a question mark.
        answer: Words of the paragraph; for an unanswerable question ones that only look like an answer.
        start: First character of the answer in the paragraph.
        answerable: Whether the paragraph answers.
    """

    told: Told
    question: str
    answer: str
    start: int
    answerable: bool


def from_sentences(
    told: Sequence[Told], pool: Pool, verbs: Verbs, *, parse: Parse, each: int = 2, seed: int = 0
) -> Iterator[ClaimExample]:
    """Yield claims made of sentences, up to `each` sentences a paragraph.

    Args:
        told: Paragraphs; those that follow each other in an article stand behind each other.
        pool: Names that changed claims may get.
        verbs: Forms of verbs.
        parse: Parses the claims.
        each: Sentences of a paragraph that claims are made of.
        seed: Another one makes other claims.
    """
    chance = random.Random(seed)
    made: list[tuple[Told, tuple[int, int], str]] = []
    for one in told:
        for at in _some(one, each, chance):
            texts = list(forms(one.sentences[at], about=one.about if at else "", verbs=verbs, chance=chance))
            if texts:
                made.append((one, (at, at), _one_of(texts, chance)))
        pairs = [(at, at + 1) for at in range(len(one.sentences) - 1)]
        joined = [(pair, fused(*(one.sentences[at] for at in pair), about=one.about)) for pair in pairs]
        joined = [(pair, text) for pair, text in joined if text]
        if joined:
            made.append((one, *chance.choice(joined)))
    beside = _beside(told)
    for (one, place, _), claim in zip(made, parse([text for _, _, text in made]), strict=True):
        yield from _around(one, place, claim, pool, beside.get(one.paragraph.id), chance)


def _one_of(texts: Sequence[str], chance: random.Random) -> str:
    """Return a form: mostly the most changed one, now and then the sentence itself, which stands last."""
    drawn = chance.random()
    return texts[0] if drawn < 0.6 else texts[-1] if drawn < 0.75 else chance.choice(texts)


def from_questions(
    asked: Sequence[Asked], pool: Pool, verbs: Verbs, *, parse: Parse, seed: int = 0
) -> Iterator[ClaimExample]:
    """Yield the statements that right and wrong answers make of questions."""
    chance = random.Random(seed)
    parsed = list(parse([one.question for one in asked]))
    said = [
        (one, question, state(question, one.answer, verbs))
        for one, question in zip(asked, parsed, strict=True)
    ]
    said = [(one, question, text) for one, question, text in said if text]
    paragraphs: dict[str, list[Told]] = defaultdict(list)
    for one in asked:
        if one.told not in paragraphs[one.told.paragraph.group]:
            paragraphs[one.told.paragraph.group].append(one.told)
    claims = parse([text for _, _, text in said])
    for number, ((one, question, text), claim) in enumerate(zip(said, claims, strict=True)):
        at = sentence_at(one.told, one.start)
        evidence = window(one.told, (at, at), chance)
        name = f"{one.told.paragraph.id}/asked{number}"
        if not one.answerable:
            yield _example(name, one.told, text, evidence, "neither")
            continue
        yield _example(f"{name}/said", one.told, text, evidence, "supported")
        wrong = _wrong_answer(one, question, chance)
        other = state(question, wrong, verbs) if wrong else ""
        if not other:
            changed = contradict(claim, one.told, pool, chance)
            other = changed[0] if changed else ""
        if other:
            yield _example(f"{name}/denied", one.told, other, evidence, "contradicted")
        if chance.random() < 0.6:
            open_ = _unsaid(one, at, claim, paragraphs[one.told.paragraph.group], chance)
            if open_:
                yield _example(f"{name}/open", one.told, text, open_, "neither")


def window(told: Told, place: tuple[int, int], chance: random.Random) -> str:
    """Return sentences in a row that hold those of a place: sometimes no more, mostly `MOST_WORDS` words."""
    first, last = place
    most = chance.choice((1, 40, 70, MOST_WORDS, MOST_WORDS))
    size = sum(len(one.text.split()) for one in told.sentences[first : last + 1])
    while True:
        sides = [side for side in (first - 1, last + 1) if 0 <= side < len(told.sentences)]
        sides = [side for side in sides if size + len(told.sentences[side].text.split()) <= most]
        if not sides:
            return " ".join(one.text for one in told.sentences[first : last + 1])
        side = chance.choice(sides)
        size += len(told.sentences[side].text.split())
        first, last = min(first, side), max(last, side)


def sentence_at(told: Told, start: int) -> int:
    """Return which sentence holds a character of the paragraph."""
    place = 0
    for at, sentence in enumerate(told.sentences):
        place = told.paragraph.text.find(sentence.text, place)
        if start < place + len(sentence.text):
            return at
    return len(told.sentences) - 1


def _around(
    told: Told, place: tuple[int, int], claim: Parsed, pool: Pool, beside: Told | None, chance: random.Random
) -> Iterator[ClaimExample]:
    """Yield a claim as supported, one made of it as contradicted, and one beside other evidence."""
    evidence = window(told, place, chance)
    name = f"{told.paragraph.id}/{'+'.join(map(str, sorted(set(place))))}"
    yield _example(f"{name}/said", told, claim.text, evidence, "supported")
    changed = contradict(claim, told, pool, chance)
    if changed:
        yield _example(f"{name}/{changed[1]}", told, changed[0], evidence, "contradicted")
    shown = changed[0] if changed and chance.random() < 0.3 else claim.text
    rest = without(told, set(place), chance)
    ways = [rest if is_new(claim, rest) else "", ""]
    if beside is not None:
        other = chance.randrange(len(beside.sentences))
        text = window(beside, (other, other), chance)
        ways[1] = text if is_new(claim, text) else ""
    ways = [text for text in ways if text]
    if ways and chance.random() < 0.75:
        yield _example(f"{name}/open", told, shown, ways[0] if chance.random() < 0.7 else ways[-1], "neither")


def without(told: Told, left_out: set[int], chance: random.Random) -> str:
    """Return the other sentences, in order, up to `MOST_WORDS` words; empty for too few words."""
    kept = [one.text for at, one in enumerate(told.sentences) if at not in left_out]
    while len(" ".join(kept).split()) > MOST_WORDS:
        kept.pop(chance.choice((0, -1)))
    text = " ".join(kept)
    return text if len(text.split()) >= 8 else ""


def is_new(claim: Parsed, text: str) -> bool:
    """Say whether a text leaves a claim open: it lacks a name or number of it, and much of its words."""
    if not text:
        return False
    said, terms = set(analyse(text)), set(analyse(claim.text))
    named = [name for name in claim.names if bare(name.text).casefold() not in text.casefold()]
    return bool(named) and len(terms - said) >= _LEAST_NEW * len(terms)


def _unsaid(one: Asked, at: int, claim: Parsed, group: Sequence[Told], chance: random.Random) -> str:
    """Return text of the article without the answer: the rest of the paragraph, or the nearest other one."""
    answer = one.answer.casefold()
    gone = {
        number for number, sentence in enumerate(one.told.sentences) if answer in sentence.text.casefold()
    }
    rest = without(one.told, gone | {at}, chance)
    if rest and chance.random() < 0.5:
        return rest
    terms = set(analyse(claim.text))
    others = [told for told in group if told is not one.told and answer not in told.paragraph.text.casefold()]
    if not others:
        return rest
    nearest = max(others, key=lambda told: len(terms & set(analyse(told.paragraph.text))))
    best = max(
        range(len(nearest.sentences)), key=lambda at: len(terms & set(analyse(nearest.sentences[at].text)))
    )
    return window(nearest, (best, best), chance)


def _wrong_answer(one: Asked, question: Parsed, chance: random.Random) -> str:
    """Return a name or number of the paragraph of the answer's type that is not listed with it."""
    names = [(sentence, name) for sentence in one.told.sentences for name in sentence.names]
    right = next((name.type for _, name in names if bare(name.text) == bare(one.answer)), "")
    right = right or next(
        (name.type for _, name in names if name.text in one.answer and len(name.text) * 2 > len(one.answer)),
        "",
    )
    asked = question.text.casefold()
    fitting = []
    for sentence, name in names:
        text = bare(name.text)
        words = {word for word in text.casefold().split() if len(word) > 2}
        shared = words & set(one.answer.casefold().split()) or text.casefold() in asked or one.answer in text
        if name.type == right and not shared and not _listed(sentence, one.answer, name.text):
            fitting.append(text)
    return chance.choice(sorted(set(fitting))) if fitting else ""


def _listed(sentence: Parsed, one: str, other: str) -> bool:
    a, b = sentence.text.find(one), sentence.text.find(other)
    if min(a, b) < 0:
        return False
    between = sentence.text[min(a + len(one), b + len(other)) : max(a, b)]
    return len(between) < 40 and bool(re.search(r",|\band\b|\bor\b", between))


def _some(told: Told, each: int, chance: random.Random) -> list[int]:
    fit = [at for at, one in enumerate(told.sentences) if 6 <= len(one.text.split()) <= 45 and one.roots]
    return sorted(chance.sample(fit, min(each, len(fit))))


def _beside(told: Iterable[Told]) -> dict[str, Told]:
    """Return the paragraph that follows in the same article, by id; the one before for the last one."""
    following: dict[str, Told] = {}
    before: Told | None = None
    for one in told:
        if before is not None and before.paragraph.group == one.paragraph.group and one.sentences:
            following[before.paragraph.id] = one
            following.setdefault(one.paragraph.id, before)
        before = one
    return following


def _example(name: str, told: Told, claim: str, evidence: str, label: ClaimLabel) -> ClaimExample:
    return ClaimExample(
        id=name, group=told.paragraph.group, claim=claim, evidence=evidence, label=label, origin="made"
    )
