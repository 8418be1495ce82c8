"""Turns answerable questions into ones that their passage does not answer, by one small change.

The five changes are those by which people made the unanswerable questions of SQuAD 2.0: another name,
another number, a negation, an opposite, another thing. A few still have an
answer (2 of 45 read), so a model learns from them beside real ones, and is never measured on them.

Use: `list(twist(rows, parse=parser.parse, seed=0))`. English only.
Source: Rajpurkar et al. 2018, table 1.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from vademecum.text.parsed import Parse, Parsed
from vademecum.values.dataset import QuestionExample

_SWAPPED = frozenset(["PERSON", "ORG", "GPE", "NORP", "LOC", "FAC", "EVENT", "WORK_OF_ART", "LANGUAGE"])
_COUNTED = frozenset(["DATE", "CARDINAL", "ORDINAL", "MONEY", "PERCENT", "QUANTITY", "TIME"])
_NUMBER = re.compile(r"\d+")
_PAIRS = (
    "first/last before/after largest/smallest biggest/smallest highest/lowest more/less most/least"
    " increase/decrease"
    " increased/decreased increasing/decreasing rise/fall rose/fell began/ended begin/end begins/ends"
    " start/end started/stopped"
    " win/lose won/lost winner/loser older/younger oldest/youngest early/late earlier/later"
    " earliest/latest above/below"
    " north/south northern/southern east/west eastern/western left/right inside/outside inner/outer"
    " upper/lower top/bottom"
    " maximum/minimum majority/minority major/minor long/short longest/shortest longer/shorter large/small"
    " larger/smaller"
    " high/low higher/lower strong/weak stronger/weaker strongest/weakest rich/poor old/new good/bad"
    " better/worse best/worst"
    " allow/forbid allowed/forbidden allows/forbids accept/reject accepted/rejected support/oppose"
    " supported/opposed supports/opposes"
    " agree/disagree agreed/disagreed include/exclude included/excluded includes/excludes gain/lose"
    " gained/lost buy/sell"
    " bought/sold born/killed arrive/leave arrived/left enter/leave entered/left import/export"
    " imported/exported"
    " public/private legal/illegal common/rare positive/negative male/female men/women man/woman"
    " father/mother son/daughter"
    " brother/sister husband/wife king/queen hot/cold fast/slow faster/slower open/closed opened/closed"
    " full/empty success/failure"
    " successful/unsuccessful possible/impossible known/unknown similar/different same/opposite"
    " popular/unpopular praised/criticized"
    " create/destroy created/destroyed built/demolished joined/left remain/leave ancient/modern rural/urban"
)
OPPOSITES = {
    word: other for pair in _PAIRS.split() for word, other in (pair.split("/"), reversed(pair.split("/")))
}
"""Words that turn a statement into its opposite, each way."""
_CAN_BE_NEGATED = re.compile(
    r"\b(is|was|are|were|has|have|had|can|could|will|would|does|do|did|should|must)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Pool:
    """What stands in the passages of one group, by type of name; nouns under "NOUN"."""

    by_type: dict[str, list[str]]


def twist(rows: Sequence[QuestionExample], *, parse: Parse, seed: int = 0) -> Iterator[QuestionExample]:
    """Yield one changed, unanswerable question for each answerable one that can be changed.

    Args:
        rows: Questions with their passages; unanswerable ones give names to swap in but no question.
        parse: Parses questions and passages.
        seed: Another one makes other changes.
    """
    chance = random.Random(seed)
    pools = _pools(rows, parse)
    answerable = [one for one in rows if one.answers]
    for one, parsed in zip(answerable, parse([one.question for one in answerable]), strict=True):
        ways = [_swap, _swap, _swap, _renumber, _oppose, _oppose, _exchange, _negate]
        chance.shuffle(ways)
        for way in ways:
            text = way(parsed, one, pools[one.group], chance)
            if text and text != one.question:
                yield replace(one, id=f"{one.id}/twisted", question=text, answers=(), origin="changed")
                break


def _pools(rows: Iterable[QuestionExample], parse: Parse) -> dict[str, _Pool]:
    contexts = list(dict.fromkeys((one.group, one.context) for one in rows))
    pools: dict[str, _Pool] = defaultdict(lambda: _Pool(defaultdict(list)))
    for (group, _), parsed in zip(contexts, parse([text for _, text in contexts]), strict=True):
        pool = pools[group].by_type
        for name in parsed.names:
            pool[name.type].append(name.text.removeprefix("the ").removesuffix("'s"))
        pool["NOUN"] += [word.text for word in parsed.words if word.tag == "NN" and len(word.text) > 3]
    return pools


def _swap(parsed: Parsed, one: QuestionExample, pool: _Pool, chance: random.Random) -> str:
    """Put another name of the same type, from the same group, in the place of one."""
    names = [name for name in parsed.names if name.type in _SWAPPED]
    chance.shuffle(names)
    for name in names:
        old = name.text.removeprefix("the ").removesuffix("'s")
        known = {*one.question.casefold().split(), one.answers[0].text.casefold()}
        others = [
            other
            for other in pool.by_type[name.type]
            if other.casefold() not in known
            and other.casefold() not in old.casefold()
            and old.casefold() not in other.casefold()
        ]
        if others and old:
            return one.question.replace(old, chance.choice(others), 1)
    return ""


def _renumber(parsed: Parsed, one: QuestionExample, pool: _Pool, chance: random.Random) -> str:
    """Put another number in the place of one; half of the time one that the group mentions."""
    for name in parsed.names:
        found = _NUMBER.search(name.text)
        if name.type in _COUNTED and found:
            mentioned = [other for text in pool.by_type[name.type] for other in _NUMBER.findall(text)]
            fitting = [other for other in mentioned if len(other) == len(found[0]) and other != found[0]]
            moved = str(abs(int(found[0]) + chance.choice((-7, -3, -2, -1, 1, 2, 3, 8))))
            other = chance.choice(fitting) if fitting and chance.random() < 0.5 else moved
            return one.question.replace(found[0], other, 1)
    return ""


def _oppose(parsed: Parsed, one: QuestionExample, pool: _Pool, chance: random.Random) -> str:
    """Put the opposite in the place of a word."""
    for word in parsed.words:
        other = OPPOSITES.get(word.text)
        if other and other not in parsed.text and other not in one.answers[0].text:
            return f"{parsed.text[: word.start]}{other}{parsed.text[word.end :]}"
    return ""


def _exchange(parsed: Parsed, one: QuestionExample, pool: _Pool, chance: random.Random) -> str:
    """Put another noun of the group in the place of an object, one that the passage does not have."""
    passage = one.context.casefold()
    nouns = [word for word in parsed.words if word.tag == "NN" and word.dep in ("dobj", "pobj", "nsubj")]
    others = [other for other in pool.by_type["NOUN"] if other.casefold() not in passage]
    nouns = [word for word in nouns if word.head != 0 and word.start > 0]
    if not nouns or not others:
        return ""
    word = chance.choice(nouns)
    return f"{parsed.text[: word.start]}{chance.choice(others)}{parsed.text[word.end :]}"


def _negate(parsed: Parsed, one: QuestionExample, pool: _Pool, chance: random.Random) -> str:
    """Deny the main clause: after its first auxiliary, and the subject where one follows."""
    found = _CAN_BE_NEGATED.search(parsed.text)
    if not found or re.search(r"\b(not|never|no|without)\b|n't", parsed.text):
        return ""
    at = next((index for index, word in enumerate(parsed.words) if word.start == found.start()), None)
    if at is None:
        return ""
    subjects = [
        word for word in parsed.words if word.dep in ("nsubj", "nsubjpass") and word.start > found.end()
    ]
    place = parsed.words[parsed.phrase(parsed.words.index(subjects[0]))[1]].end if subjects else found.end()
    return f"{parsed.text[:place]} {chance.choice(('not', 'never', 'not'))}{parsed.text[place:]}"
