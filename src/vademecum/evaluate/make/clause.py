"""The main clause of a sentence, and the questions its words can be turned into.

Owns English word order: subject questions keep it, the others move the auxiliary before the subject or
add "do". A clause that does not fit the few shapes known here is refused, not guessed at.
Use: `clause.invert("When", without=(date,))`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vademecum.evaluate.make.word_set import word_set
from vademecum.text.parsed import Name, Parsed, Word

Made = Iterator[tuple[str, str, str]]
"""Questions without their mark, their answers, and the types of these."""

_SUBJECTS = ("nsubj", "nsubjpass")
_AUXILIARIES = ("aux", "auxpass")
_REFUSED = {"neg", "expl", "csubj", "csubjpass", "parataxis", "dep", "mark", "intj", "meta", "preconj"}
_SKIPPED = {"punct", "cc", "conj"}
_REPORTING = word_set(
    "say tell claim argue believe think expect hope add warn insist suggest note explain describe seem"
    " appear feel want know consider deny admit"
)
_SENTENCE_ADVERBS = word_set(
    "however meanwhile also therefore thus instead moreover furthermore additionally overall indeed"
    " though too then still yet already now later again even just only"
)
_TRAILING = {"advcl", "relcl", "acl", "appos", "ccomp"}
_VAGUE_TIME = re.compile(
    r"(?:(?:on|by|until|since|late|early|in|at|during|over) )*(?:the |this |last |next |that |early |late )*"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: (?:night|morning|evening|afternoon))?"
    r"|(?:in |at |during |over |by |for )?(?:the )?(?:this|last|next|that|same|past|coming|current) "
    r"(?:year|month|week|weekend|summer|winter|spring|autumn|season|time|quarter|decade|century)"
    r"|(?:at |over |since |by )?the weekend"
    r"|in the (?:meantime|past|future|process|end)|at the (?:time|moment|same time|end)|for now|for example"
    r"|in (?:addition|fact|turn|return|particular|general|contrast|response)|of course|by then|since then",
    re.IGNORECASE,
)
_MOST_SUBJECT_WORDS = 9


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a clause beside its subject and verb.

    Attributes:
        head: Position of its governing word.
        first: Position of its first word.
        last: Position of its last word.
        dep: Its relation to the verb.
    """

    head: int
    first: int
    last: int
    dep: str


@dataclass(frozen=True, kw_only=True)
class Clause:
    """The main clause of a sentence.

    Attributes:
        parsed: The sentence.
        verb: Position of the main verb.
        subject: Its subject.
        auxiliaries: Positions of the auxiliary verbs.
        middle: Adverbs right before the verb.
        opening: Phrases before the subject.
        tail: Phrases after the verb.
    """

    parsed: Parsed
    verb: int
    subject: Part
    auxiliaries: tuple[int, ...]
    middle: tuple[Part, ...]
    opening: tuple[Part, ...]
    tail: tuple[Part, ...]

    @property
    def lemma(self) -> str:
        """Dictionary form of the main verb."""
        return self.parsed.words[self.verb].lemma

    @property
    def subject_text(self) -> str:
        """The subject as it reads inside a question."""
        return self.inner(self.subject)

    def inner(self, part: Part) -> str:
        """Return a part as it reads inside a question: lower-cased where only its place made it upper."""
        text = self.parsed.span(part.first, part.last)
        return lowered(text, self.parsed.words[part.first]) if part.first == 0 else text

    def name_of(self, part: Part) -> Name | None:
        """Return the name that makes up a part, article aside."""
        first = self._after_article(part.first)
        for name in self.parsed.names:
            if self._after_article(name.first) == first and name.last == part.last:
                return name
        return None

    def object_of(self, part: Part) -> Part | None:
        """Return what a preposition governs, when that is all of the phrase."""
        objects = self.parsed.children(part.head, "pobj")
        if part.dep not in ("prep", "agent") or len(objects) != 1 or part.last == part.head:
            return None
        return Part(head=objects[0], first=part.head + 1, last=part.last, dep="pobj")

    def preposition(self, part: Part) -> str:
        """Return the word that governs a part, lower-cased."""
        return self.parsed.words[part.head].text.lower()

    def _after_article(self, at: int) -> int:
        return at + (self.parsed.words[at].text.lower() in ("the", "a", "an"))

    def ask_subject(self, who: str, *, without: tuple[Part, ...] = ()) -> str | None:
        """Return the question whose answer is the subject: "Who founded Fern in 1998"."""
        words = self.parsed.words
        first = words[self.auxiliaries[0] if self.auxiliaries else self.verb]
        if first.tag == "VBP" and first.lemma in ("be", "have", "do") and not who.startswith("How many"):
            return None
        if first.text == "were" and not who.startswith("How many"):
            return None
        verbs = [words[at].text for at in self.auxiliaries]
        return _joined(who, *verbs, *self._middle(), words[self.verb].text, *self._rest(without))

    def invert(self, wh: str, *, without: tuple[Part, ...] = (), end: str = "") -> str | None:
        """Return the question with the auxiliary before the subject: "When was Fern founded"."""
        words = self.parsed.words
        verb = words[self.verb]
        rest = [*self._rest(without), end]
        if self.auxiliaries:
            front, *others = (words[at].text for at in self.auxiliaries)
            return _joined(wh, front, self.subject_text, *others, *self._middle(), verb.text, *rest)
        if verb.lemma == "be":
            return _joined(wh, verb.text, self.subject_text, *self._middle(), *rest)
        do = {"VBD": "did", "VBZ": "does", "VBP": "do"}.get(verb.tag)
        if do is None or not verb.lemma.isalpha():
            return None
        return _joined(wh, do, self.subject_text, *self._middle(), verb.lemma, *rest)

    def _middle(self) -> list[str]:
        return [self.parsed.span(part.first, part.last) for part in self.middle]

    def _rest(self, without: tuple[Part, ...]) -> list[str]:
        """Return what follows the verb, the openings at its end."""
        return [self.inner(part) for part in (*self.tail, *self.opening) if part not in without]


def read_clause(parsed: Parsed) -> Clause | None:
    """Return the main clause of a sentence, or None where its shape is not one of those known."""
    if len(parsed.roots) != 1:
        return None
    verb = parsed.roots[0]
    root = parsed.words[verb]
    children = parsed.children(verb)
    subjects = [at for at in children if parsed.words[at].dep in _SUBJECTS]
    if root.pos not in ("VERB", "AUX") or root.lemma in _REPORTING or len(subjects) != 1:
        return None
    if any(parsed.words[at].dep in _REFUSED for at in children) or subjects[0] > verb:
        return None
    subject = _part(parsed, subjects[0])
    auxiliaries = tuple(at for at in children if parsed.words[at].dep in _AUXILIARIES)
    if subject is None or not _auxiliaries_fit(parsed, subject, verb, auxiliaries):
        return None
    if subject.last - subject.first >= _MOST_SUBJECT_WORDS:
        return None
    if parsed.words[subject.first].text.lower() in ("no", "nobody", "nothing", "none", "neither", "few"):
        return None
    stop = min((at for at in children if at > verb and parsed.words[at].dep in ("cc", "conj")), default=None)
    if stop == verb + 1:
        return None
    return _with_parts(parsed, verb, subject, auxiliaries, stop)


def _auxiliaries_fit(parsed: Parsed, subject: Part, verb: int, auxiliaries: tuple[int, ...]) -> bool:
    texts = [parsed.words[at].text for at in auxiliaries]
    if not all(text.isalpha() and text.islower() for text in texts):
        return False
    root = parsed.words[verb]
    if root.tag in ("VBN", "VBG", "VB") and not auxiliaries:
        return False
    return root.text.isalpha() and all(subject.last < at < verb for at in auxiliaries)


def _with_parts(
    parsed: Parsed, verb: int, subject: Part, auxiliaries: tuple[int, ...], stop: int | None
) -> Clause | None:
    opening: list[Part] = []
    middle: list[Part] = []
    tail: list[Part] = []
    for at in parsed.children(verb):
        word = parsed.words[at]
        known = word.dep in _SKIPPED or at == subject.head or at in auxiliaries
        if known or (stop is not None and at > stop):
            continue
        part = _part(parsed, at)
        if part is None:
            return None
        if part.first > verb and parsed.words[part.first - 1].text == ",":
            break
        if _is_dropped(parsed, part):
            continue
        place = opening if part.last < subject.first else middle if part.last < verb else tail
        if place is opening and word.dep not in ("prep", "npadvmod"):
            return None
        if place is middle and (word.dep != "advmod" or part.first != part.last):
            return None
        place.append(part)
    return Clause(
        parsed=parsed,
        verb=verb,
        subject=subject,
        auxiliaries=auxiliaries,
        middle=tuple(middle),
        opening=tuple(opening),
        tail=tuple(tail),
    )


def _is_dropped(parsed: Parsed, part: Part) -> bool:
    """Say whether a question does better without a part: "also", "on Friday", "compared to 2021"."""
    word, text = parsed.words[part.head], parsed.span(part.first, part.last)
    adverb = part.first == part.last and word.pos == "ADV" and word.text.lower() in _SENTENCE_ADVERBS
    return adverb or text.lower().startswith(("compared ", "versus ")) or bool(_VAGUE_TIME.fullmatch(text))


def _part(parsed: Parsed, head: int) -> Part | None:
    """Return everything below a word without asides at its end; None when that has gaps."""
    kept = set(_kept(parsed, head))
    first, last = min(kept), max(kept)
    while last > head and parsed.words[last].dep == "punct":
        kept.discard(last)
        last -= 1
    if len(kept) != last - first + 1:
        return None
    return Part(head=head, first=first, last=last, dep=parsed.words[head].dep)


def _kept(parsed: Parsed, at: int) -> list[int]:
    """Return a word and what is below it, without asides behind a comma and bracketed remarks."""
    kept = [at]
    children = parsed.children(at)
    for child in children:
        word = parsed.words[child]
        first, _ = parsed.phrase(child)
        aside = word.dep in _TRAILING and first > at and parsed.words[first - 1].text in (",", "(")
        if aside:
            break
        kept += _kept(parsed, child)
    return kept


def lowered(text: str, word: Word) -> str:
    """Return a phrase from the start of a sentence as it reads within one."""
    keeps = word.pos == "PROPN" or word.text == "I" or (word.entity not in ("", "DATE", "CARDINAL"))
    if word.text in ("The", "A", "An") or (not keeps and word.text[1:].islower()):
        return text[:1].lower() + text[1:]
    return text


def _joined(*pieces: str) -> str:
    return " ".join(piece for piece in pieces if piece)
