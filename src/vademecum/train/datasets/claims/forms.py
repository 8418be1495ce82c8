"""Other forms of a sentence that say no more than it does: shortened, turned round, told of a name.

Every form is entailed by its sentence; a sentence that denies or conditions something keeps all its parts.
Use: `list(forms(parsed, about="Jane Goodall", verbs=verbs, chance=random.Random(0)))`. English only.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from vademecum.text.parsed import Parsed

_GUARD = re.compile(
    r"\b(?:not|never|no|none|only|unless|if|without|nor|neither|hardly|rarely|few|all|every|each|would|could|might"
    r"|may|said|claimed|believed|alleged|reportedly|except|until|allegedly|likely|supposed)\b|n['\u2019]t\b",
    re.IGNORECASE,
)
_DISCOURSE = re.compile(
    r"^(?:However|Additionally|Moreover|Furthermore|Therefore|Thus|Also|Consequently|For example|In addition"
    r"|As a result|In particular|Nevertheless|Meanwhile|Similarly|Today|Then|But|And|Indeed|In fact),? "
)
_BRACKETED = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]")
_PRONOUN = {"He": "PERSON", "She": "PERSON", "It": ""}
_BE = {"be", "locate", "situate", "bear", "become", "consist", "base", "include"}
_PLURAL = ("NNS", "NNPS")
_LEAST_WORDS, _MOST_WORDS = 4, 32
_MOST_FUSED_WORDS = 18


class Verbs:
    """Past forms of verbs, learnt from parsed sentences."""

    def __init__(self, sentences: Iterable[Parsed]) -> None:
        seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for sentence in sentences:
            for word in sentence.words:
                if word.tag in ("VBD", "VBN", "VBZ") and word.text.islower():
                    seen[word.lemma, word.tag][word.text] += 1
        self._forms = {key: texts.most_common(1)[0][0] for key, texts in seen.items()}

    def form(self, lemma: str, tag: str) -> str:
        """Return a verb in the form of a Penn tag; empty when it was never seen so."""
        found = self._forms.get((lemma, tag), "")
        if not found and tag in ("VBD", "VBN"):  # regular verbs have one form for both
            other = self._forms.get((lemma, "VBN" if tag == "VBD" else "VBD"), "")
            return other if other.endswith("ed") else ""
        return found


def forms(parsed: Parsed, *, about: str, verbs: Verbs, chance: random.Random) -> Iterator[str]:
    """Yield claims that a sentence supports, most changed first; the sentence itself comes last.

    Args:
        parsed: The sentence.
        about: What a pronoun at its start means; empty when unknown.
        verbs: Forms of verbs.
        chance: Decides what is left out.
    """
    plain = not _GUARD.search(parsed.text)
    made = []
    if plain:
        made += [*turned(parsed, verbs), *beside(parsed), *shortened(parsed, chance)]
    made.append(tidy(parsed.text))
    for text in dict.fromkeys(made):
        claim = told_of(text, about)
        if claim and _LEAST_WORDS <= len(claim.split()) <= _MOST_WORDS and balanced(claim):
            yield claim


def shortened(parsed: Parsed, chance: random.Random) -> Iterator[str]:
    """Yield the sentence without some of what can be left out."""
    parts = list(_droppable(parsed))
    if not parts:
        return
    keep_subject = {
        at for root in parsed.roots for at in (root, *parsed.children(root, "nsubj", "nsubjpass"))
    }
    parts = [part for part in parts if not part & keep_subject]
    for share in (1.0, 0.6):
        dropped = {at for part in parts if chance.random() < share for at in part}
        if dropped:
            kept = "".join(
                " " if at in dropped else parsed.text[word.start : _next_start(parsed, at)]
                for at, word in enumerate(parsed.words)
            )
            yield tidy(kept)


def _next_start(parsed: Parsed, at: int) -> int:
    return parsed.words[at + 1].start if at + 1 < len(parsed.words) else len(parsed.text)


def _droppable(parsed: Parsed) -> Iterator[set[int]]:
    """Yield sets of words that a sentence can do without."""
    words = parsed.words
    for root in parsed.roots[:1]:
        for child in parsed.children(root, "conj"):
            between = {at for at in parsed.children(root, "cc", "punct") if root < at < child}
            if words[child].pos in ("VERB", "AUX"):
                yield set(range(min([child, *between, parsed.phrase(child)[0]]), parsed.phrase(child)[1] + 1))
        for child in parsed.children(root, "prep", "advcl", "npadvmod"):
            first, last = parsed.phrase(child)
            comma = (first > 0 and words[first - 1].text == ",") or (
                last + 1 < len(words) and words[last + 1].text == ","
            )
            dated = any(words[at].entity in ("DATE", "TIME", "GPE") for at in parsed.below(child))
            if comma or (words[child].dep == "prep" and dated and words[root].lemma not in _BE):
                yield _with_comma(parsed, first, last)
    for at, word in enumerate(words):
        if word.dep in ("appos", "relcl", "acl"):
            first, last = parsed.phrase(at)
            if first > 0 and words[first - 1].text == "," and at - first < 8:
                yield _with_comma(parsed, first, last)


def _with_comma(parsed: Parsed, first: int, last: int) -> set[int]:
    words = parsed.words
    span = set(range(first, last + 1))
    if first > 0 and words[first - 1].text == ",":
        span.add(first - 1)
    if last + 1 < len(words) and words[last + 1].text == ",":
        span.add(last + 1)
    return span


def turned(parsed: Parsed, verbs: Verbs) -> Iterator[str]:
    """Yield the passive of "A founded B", and the active of "B was founded by A"."""
    for root in parsed.roots[:1]:
        word = parsed.words[root]
        if word.tag == "VBD" and not parsed.children(
            root, "aux", "auxpass", "neg", "prt", "conj", "dative", "xcomp"
        ):
            yield from _passive(parsed, root, verbs)


def _passive(parsed: Parsed, root: int, verbs: Verbs) -> Iterator[str]:
    subjects, objects = parsed.children(root, "nsubj"), parsed.children(root, "dobj")
    if len(subjects) != 1 or len(objects) != 1:
        return
    (first, last), (begin, end) = parsed.phrase(subjects[0]), parsed.phrase(objects[0])
    participle = verbs.form(parsed.words[root].lemma, "VBN")
    pronoun = parsed.words[subjects[0]].pos == "PRON" or parsed.words[objects[0]].pos == "PRON"
    if first != 0 or last + 1 != root or begin != root + 1 or pronoun or not participle:
        return
    if end - begin > 9 or last - first > 9:
        return
    be = "were" if parsed.words[objects[0]].tag in _PLURAL or parsed.children(objects[0], "conj") else "was"
    rest = parsed.text[parsed.words[end].end :]
    agent = lowered(parsed, first, last)
    yield tidy(f"{raised(parsed.span(begin, end))} {be} {participle} by {agent}{rest}")


def beside(parsed: Parsed) -> Iterator[str]:
    """Yield what an apposition says: "Ana, a British chemist, went" gives "Ana is a British chemist."."""
    words = parsed.words
    for at, word in enumerate(words):
        if word.dep != "appos" or words[word.head].pos != "PROPN" or word.pos != "NOUN":
            continue
        first, last = parsed.phrase(at)
        begin, _ = parsed.phrase(word.head)
        head_last = first - 2
        if words[first - 1].text != "," or words[first].text.lower() not in ("a", "an", "the"):
            continue
        if head_last < begin or last + 1 >= len(words) or words[last + 1].text not in (",", "."):
            continue
        past = any(one.tag in ("VBD", "VBN") for one in words)
        yield tidy(
            f"{raised(parsed.span(begin, head_last))} {'was' if past else 'is'} {parsed.span(first, last)}."
        )


def fused(first: Parsed, second: Parsed, *, about: str) -> str:
    """Return one claim of two short sentences about the same subject; empty when they are not."""
    opening, _, rest = second.text.partition(" ")
    same = opening in _PRONOUN and (
        first.text.startswith(f"{opening} ") or (about and first.text.startswith(about))
    )
    short = max(len(first.text.split()), len(second.text.split())) <= _MOST_FUSED_WORDS
    if not same or not short or _GUARD.search(first.text):
        return ""
    claim = tidy(
        f"{told_of(tidy(first.text), about).rstrip('.')} and {tidy(rest)[:1].lower()}{tidy(rest)[1:]}"
    )
    return claim if balanced(claim) and len(claim.split()) <= _MOST_WORDS else ""


def told_of(text: str, about: str) -> str:
    """Return a claim with the pronoun at its start replaced by the name it means; as it is without a name."""
    first, _, rest = text.partition(" ")
    if not about or not rest:
        return text
    if first in _PRONOUN:
        return f"{about} {rest}"
    if first in ("His", "Her", "Its"):
        return f"{about}'s {rest}"
    return text


def raised(text: str) -> str:
    """Return a text with a capital at its start."""
    inner = text.split(" ")[0][1:]
    return text if inner != inner.lower() else text[:1].upper() + text[1:]


def lowered(parsed: Parsed, first: int, last: int) -> str:
    """Return words without the capital that the start of a sentence gave them."""
    text = parsed.span(first, last)
    return (
        text if parsed.words[first].pos == "PROPN" or text.startswith("I ") else text[:1].lower() + text[1:]
    )


def tidy(text: str) -> str:
    """Return a claim on one line, without brackets, linking words at its start and stray punctuation."""
    text = _BRACKETED.sub("", " ".join(text.split()))
    text = _DISCOURSE.sub("", text)
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r"[,;:]+(?=[,.;:])", "", text).strip(" ,;:-\u2013")
    text = re.sub(r",?\s+and\.$", ".", text)
    return raised(text if text.endswith((".", "!", "?", '"')) else f"{text}.")


def balanced(text: str) -> bool:
    """Say whether quotation marks and brackets come in pairs, and nothing dangles at the end."""
    pairs = (
        text.count('"') % 2 == 0
        and text.count("(") == text.count(")")
        and text.count("\u201c") == text.count("\u201d")
    )
    last = text.rstrip('."!?').split()[-1:] or [""]
    return (
        pairs
        and text[:1].isalnum()
        and last[0].lower()
        not in (
            "and",
            "or",
            "of",
            "the",
            "a",
            "an",
            "in",
            "at",
            "by",
            "to",
            "with",
            "from",
            "for",
            "on",
            "but",
            "is",
            "was",
        )
    )
