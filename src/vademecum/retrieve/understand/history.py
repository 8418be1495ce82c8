"""Earlier turns as text for a chat model, within a number of tokens.

Recent turns are told whole, older ones by their standing question and short answer; of these the first and
the latest stay longest.
Use: `told(turns, max_tokens=1_500, count_tokens=embedder.count_tokens)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vademecum.retrieve.understand.turns import Earlier

CountTokens = Callable[[Sequence[str]], Sequence[int]]
RECENT_SHARE = 0.6
"""Share of the tokens that whole turns may take."""
_SUMMARY_CHARS = 200


def told(turns: Sequence[Earlier], *, max_tokens: int, count_tokens: CountTokens) -> str:
    """Return what was said, oldest first, in at most `max_tokens` tokens; empty where nothing fits.

    Args:
        turns: Oldest first.
        max_tokens: The limit, as `count_tokens` counts.
        count_tokens: Counts the tokens of each text.
    """
    if not turns:
        return ""
    whole = [_whole(turn) for turn in turns]
    summaries = [_summary(turn) for turn in turns]
    costs = count_tokens([*whole, *summaries])  # line breaks are no tokens of the counter
    if sum(costs[: len(turns)]) <= max_tokens:
        return "\n".join(whole)
    left, at = max_tokens, len(turns)
    while at and costs[at - 1] <= left and (max_tokens - left + costs[at - 1]) <= RECENT_SHARE * max_tokens:
        at -= 1
        left -= costs[at]
    kept: set[int] = set()
    for older in [0, *range(at - 1, 0, -1)] if at else []:
        cost = costs[len(turns) + older]
        if cost <= left:
            kept.add(older)
            left -= cost
    return "\n".join([*(summaries[one] for one in sorted(kept)), *whole[at:]])


def _whole(turn: Earlier) -> str:
    return f"User: {turn.asked}\nAssistant: {turn.answer or '-'}"


def _summary(turn: Earlier) -> str:
    said = turn.short or turn.answer[:_SUMMARY_CHARS] or "-"
    return f"Before: {turn.standing} -> {said}"
