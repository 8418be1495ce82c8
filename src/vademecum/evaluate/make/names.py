"""The names of a collection: of which type each one surely is, and where it stands.

Use: `Names(passages, mentions).type_of("Jane Goodall")`.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from vademecum.evaluate.make.passage import Passage
from vademecum.evaluate.make.word_set import word_set
from vademecum.values import Document

_WINDOW_CHARS = 300
_NOT_NAMES = word_set(
    "GMT UTC CET EST PST CEO GDP TV PC EU FTSE DAX Nasdaq Nikkei Dow U.S. US USA UK U.K. Netherlands"
    " Philippines"
)
_NEEDS_ARTICLE = re.compile(r"(?:United|Soviet|Czech|Dominican) ")
_COUNTRIES = word_set(
    "Afghanistan Albania Algeria Argentina Australia Austria Bangladesh Belgium Bolivia Brazil Britain"
    " Bulgaria Cameroon Canada Chile China Colombia Croatia Cuba Cyprus Denmark Ecuador Egypt England"
    " Estonia Ethiopia Finland France Germany Ghana Greece Guatemala Hungary Iceland India Indonesia Iran"
    " Iraq Ireland Israel Italy Jamaica Japan Jordan Kenya Korea Kuwait Latvia Lebanon Libya Lithuania"
    " Malaysia Malta Mexico Mongolia Morocco Nepal Nigeria Norway Pakistan Panama Peru Poland Portugal"
    " Qatar Romania Russia Rwanda Scotland Senegal Serbia Singapore Slovakia Slovenia Somalia Spain Sudan"
    " Sweden Switzerland Syria Taiwan Thailand Tunisia Turkey Uganda Ukraine Uruguay Venezuela Vietnam"
    " Wales Yemen Zambia Zimbabwe"
)
"""Places that act as states do: a city does not stand in for one of them."""
_LEAST_SEEN = {"PERSON": 2, "ORG": 3, "GPE": 3}
_SIGNS = {
    "PERSON": re.compile(r"\b(?:he|she|his|her|him|mr|ms|mrs|who)\b"),
    "ORG": re.compile(
        r"\b(?:company|firm|corporation|bank|maker|giant|subsidiary|shares|business|retailer|carrier|airline"
        r"|publisher|group|inc)\b"
    ),
    "GPE": re.compile(r"\b(?:in|from|of|across|near|to) \S+$"),
}


class Mentions:
    """Finds where names stand in the documents.

    A name counts as mentioned where its last word is, so that "Mr Schmidt" is Eric Schmidt.
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._texts = [f"{document.title}\n{document.text}".casefold() for document in documents]

    def windows(self, name: str) -> list[str]:
        """Return the lower-cased text around each place that may mean a name."""
        key = name.casefold().split()[-1]
        word = re.compile(rf"\b{re.escape(key)}")
        return [
            text[max(match.start() - _WINDOW_CHARS, 0) : match.end() + _WINDOW_CHARS]
            for text in self._texts
            if key in text
            for match in word.finditer(text)
        ]


class Names:
    """Names that are seen often enough, always as the same type, and in fitting company."""

    def __init__(self, passages: Sequence[Passage], *, seed: int) -> None:
        self._seed = seed
        self._types: dict[str, str] = {}
        self._documents: dict[str, set[str]] = defaultdict(set)
        seen: dict[str, Counter[str]] = defaultdict(Counter)
        signs: Counter[tuple[str, str]] = Counter()
        for passage in passages:
            for name in passage.parsed.names:
                text = bare(name.text)
                seen[text][name.type] += 1
                self._documents[text].add(passage.document.id)
                for type_ in _SIGNS:
                    signs[text, type_] += self._fits(passage, type_, text)
        for text, types in seen.items():
            (type_, count), *others = types.most_common()
            sure = not others and count >= _LEAST_SEEN.get(type_, count + 1)
            firm = type_ == "GPE" and signs[text, "ORG"] * 3 >= count
            fits = signs[text, type_] * (count if type_ == "GPE" else 3) >= count
            if sure and fits and not firm and _well_formed(text, type_):
                self._types[text] = type_

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Yield every sure name with its type, in alphabetical order."""
        return iter(sorted(self._types.items()))

    def type_of(self, name: str) -> str | None:
        """Return the type a name surely has."""
        return self._types.get(bare(name))

    def alike(self, name: str, type_: str, *, near: Collection[str]) -> list[str]:
        """Return other names of a type that share no word with one, those of near documents first."""
        own = set(name.casefold().split())
        state = bare(name) in _COUNTRIES
        found = [
            other
            for other, known in self
            if known == type_ and not own & set(other.casefold().split()) and (other in _COUNTRIES) == state
        ]
        random.Random(f"{self._seed} {name}").shuffle(found)
        return sorted(found, key=lambda other: not self._documents[other].intersection(near))

    @staticmethod
    def _fits(passage: Passage, type_: str, text: str) -> bool:
        """Say whether a sentence speaks of a name as one does of its type."""
        lowered = passage.text.lower()
        if type_ == "GPE":
            before = lowered.partition(text.lower())[0] + text.split()[0].lower()
            return bool(_SIGNS[type_].search(before))
        return bool(_SIGNS[type_].search(lowered))


def bare(name: str) -> str:
    """Return a name without article and possessive."""
    return re.sub(r"^[Tt]he |['\u2019]s$", "", name)


def _well_formed(name: str, type_: str) -> bool:
    parts = name.split()
    if name in _NOT_NAMES or _NEEDS_ARTICLE.match(name) or (type_ == "PERSON" and parts[0].isupper()):
        return False
    if not all(re.fullmatch(r"[A-Z][\w\u2019'.&-]*|of|de|van|von", word) for word in parts):
        return False
    return len(parts) in (2, 3) if type_ == "PERSON" else len(parts) <= 4 and len(name) > 2
