"""Which groups of texts share a passage, or nearly the same one.

Two texts are near when half of the eight-word runs of the shorter one stand in the other: copies,
excerpts and light edits are seen, paraphrases and texts written without spaces are not.
Use: `join_near([("a", text), ("b", other)])` returns the same name for both when they are near.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_RUN_WORDS = 8
_LEAST_SHARED = 0.5


def join_near(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return for each group the group that stands for all those it is joined with.

    Args:
        texts: Pairs of group and text; a group may have many.
    """
    distinct = list(dict.fromkeys(texts))
    parents = {group: group for group, _ in distinct}

    def root(group: str) -> str:
        while parents[group] != group:
            parents[group] = parents[parents[group]]
            group = parents[group]
        return group

    runs = [_runs(text) for _, text in distinct]
    for first, second in _candidates([group for group, _ in distinct], runs):
        one, other = root(distinct[first][0]), root(distinct[second][0])
        if one != other and _near(runs[first], runs[second]):
            parents[other] = one
    return {group: root(group) for group in parents}


def _candidates(groups: list[str], runs: list[set[int]]) -> list[tuple[int, int]]:
    """Return pairs of texts of different groups that follow each other among those with some run."""
    last: dict[int, int] = {}
    found = set()
    for at, held in enumerate(runs):
        for run in held:
            before = last.get(run)
            if before is not None and groups[before] != groups[at]:
                found.add((before, at))
            last[run] = at
    return sorted(found)


def _near(first: set[int], second: set[int]) -> bool:
    return len(first & second) >= _LEAST_SHARED * min(len(first), len(second))


def _runs(text: str) -> set[int]:
    words = re.findall(r"\w+", text.casefold())
    if not words:
        return set()
    return {hash(tuple(words[at : at + _RUN_WORDS])) for at in range(max(1, len(words) - _RUN_WORDS + 1))}
