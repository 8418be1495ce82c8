"""Splits examples into train, dev and test so that nothing held out was seen in training.

Whole groups only, and groups that share a passage, or nearly the same one, count as one. Where a
group goes follows from its name and the seed: adding data moves none, except that two groups it joins
go to the part that is held out, and that a part far below its share takes groups near its border.

It does not see paraphrases: the same fact in other words may stand on both sides.
Use: `split_examples(examples, seed=0).splits["train"]`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vademecum.errors import InputError
from vademecum.train.datasets.near import join_near
from vademecum.values import ClaimExample, Example, PairExample, QuestionExample, Split
from vademecum.values.dataset import SPLITS

LEAKED = "its group is held out in the split the data brings"
_HELD: tuple[Split, ...] = ("test", "dev")
_MOST_LEAKED = 0.5
_LEAST_SHARE, _MOST_SHARE = 0.25, 1.5  # of what a part should hold; seldom reached, for moving is unstable


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Shares of groups that are held out, each from 0 to 1, together below 1."""

    dev: float = 0.1
    test: float = 0.2

    def __post_init__(self) -> None:
        if not (self.dev >= 0 and self.test >= 0 and self.dev + self.test < 1):
            raise InputError(
                f"shares of dev {self.dev} and test {self.test}: each must be at least 0, and both "
                "together below 1, such as --dev 0.1 --test 0.2."
            )

    def range(self, part: Split) -> tuple[float, float]:
        """Return the positions of a part: from, and below which."""
        held = self.test + self.dev
        return {"test": (0.0, self.test), "dev": (self.test, held), "train": (held, 1.0)}[part]

    def size(self, part: Split) -> float:
        """Return a part's share."""
        low, high = self.range(part)
        return high - low

    def part(self, position: float) -> Split:
        """Return the part of a group at a position from 0 to 1."""
        return next((part for part in _HELD if position < self.range(part)[1]), "train")


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitExamples:
    """The parts.

    Attributes:
        splits: Examples by part, each part in the order of the data.
        groups: How many groups there are after joining.
        joined: How many groups went up in another one.
        left_out: Rows that would have leaked, by reason.
    """

    splits: Mapping[Split, tuple[Example, ...]]
    groups: int
    joined: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """The groups in words."""
        joined = f", after joining {self.joined} that share passages" if self.joined else ""
        return f"Split by {self.groups} groups{joined}."


def split_examples(
    examples: Sequence[Example],
    *,
    shares: Shares | None = None,
    seed: int = 0,
    given: Mapping[str, Split] | None = None,
) -> SplitExamples:
    """Split examples by group.

    Args:
        examples: Rows of one task.
        shares: Of groups to hold out; .1 for dev and .2 for test when None.
        seed: Another one splits otherwise.
        given: Part by id, where the data brings a split. It is kept, except that rows whose group
            is also held out are left out, and that dev is taken from train when there is none.

    Raises:
        InputError: Too few groups to hold anything out, or the split the data brings leaks.
    """
    shares, given = shares or Shares(), given or {}
    homes = join_near((example.group, text) for example in examples for text in _texts(example))
    places: dict[str, float] = {}
    told: dict[str, set[Split]] = {home: set() for home in homes.values()}
    for group, home in homes.items():
        places[home] = min(places.get(home, 1.0), _position(group, seed))
    rows = Counter(homes[example.group] for example in examples)
    for example in examples:
        if example.id in given:
            told[homes[example.group]].add(given[example.id])
    parts = _from_given(places, told, shares) if given else _balanced(places, rows, shares)
    splits: dict[Split, list[Example]] = {part: [] for part in SPLITS}
    for example in examples:
        home = homes[example.group]
        leaks = len(told[home]) > 1 and given.get(example.id, parts[home]) != parts[home]
        if not leaks:
            splits[parts[home]].append(example)
    leaked = len(examples) - sum(map(len, splits.values()))
    _check(splits, leaked=leaked, rows=len(examples))
    return SplitExamples(
        splits={part: tuple(held) for part, held in splits.items()},
        groups=len(places),
        joined=len(homes) - len(places),
        left_out={LEAKED: leaked} if leaked else {},
    )


def _texts(example: Example) -> tuple[str, ...]:
    """Return what must not stand on both sides."""
    if isinstance(example, QuestionExample):
        return (example.context,)
    if isinstance(example, ClaimExample):
        return example.claim, example.evidence
    if isinstance(example, PairExample):
        return example.query, example.positive
    return ("\n".join(content for role, content in example.messages if role != "system"),)


def _position(group: str, seed: int) -> float:
    """Return a number from 0 to below 1 that belongs to a group and a seed."""
    found = hashlib.sha256(f"{seed}:{group}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(found[:6], "big") / 2**48


def _from_given(
    places: Mapping[str, float], told: Mapping[str, set[Split]], shares: Shares
) -> dict[str, Split]:
    """Return the part of each group where data brings a split; the most held out where it brings two."""
    needs_dev = shares.dev > 0 and not any("dev" in parts for parts in told.values())
    found: dict[str, Split] = {}
    for home, position in places.items():
        by_place = shares.part(position)
        found[home] = next((part for part in (*_HELD, "train") if part in told[home]), by_place)
        if needs_dev and by_place == "dev" and found[home] == "train":
            found[home] = "dev"
    return found


def _balanced(places: Mapping[str, float], rows: Mapping[str, int], shares: Shares) -> dict[str, Split]:
    """Return the part of each group; a part with less than a quarter of its share gets groups near it."""
    wanted = [part for part in SPLITS if shares.size(part) > 0]
    if len(places) < len(wanted):
        raise InputError(
            f"The data has {len(places)} group{'s'[: len(places) != 1]} ({', '.join(sorted(places))[:80]}); "
            f"a split into {', '.join(wanted)} that does not leak needs at least {len(wanted)}. Add data of "
            "other articles, or hold nothing out with --dev 0 --test 0."
        )
    parts = {home: shares.part(position) for home, position in places.items()}
    total = sum(rows.values())
    held = Counter(dict.fromkeys(wanted, 0))
    for home, part in parts.items():
        held[part] += rows[home]
    for part in wanted:
        low, high = shares.range(part)
        near = sorted(places, key=lambda home: max(low - places[home], places[home] - high))
        for home in near:
            other, size = parts[home], rows[home]
            if held[part] >= _LEAST_SHARE * shares.size(part) * total:
                break
            spare = held[other] - size >= _LEAST_SHARE * shares.size(other) * total
            fits = not held[part] or held[part] + size <= _MOST_SHARE * shares.size(part) * total
            alone = sum(one == other for one in parts.values()) == 1
            if other != part and not alone and fits and (spare or not held[part]):
                parts[home] = part
                held[part] += size
                held[other] -= size
    return parts


def _check(splits: Mapping[Split, Sequence[Example]], *, leaked: int, rows: int) -> None:
    if not splits["train"] or leaked > _MOST_LEAKED * rows:
        raise InputError(
            f"The split the data brings cannot be kept: {leaked} of {rows} rows stand in a group that is "
            f"also held out, and {len(splits['train'])} would be left to train on. Split anew with --resplit."
        )
