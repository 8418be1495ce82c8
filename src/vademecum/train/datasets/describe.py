"""What a reader of a datasheet wants to know of rows: how many, how long, how answered.

Use: `describe(examples)` returns figures by name, ready to print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median

from vademecum.values import ClaimExample, Example, InstructionExample, PairExample, QuestionExample

Figures = dict[str, int | float]


def describe(examples: Sequence[Example]) -> Figures:
    """Return the figures of rows of one task; lengths are medians in characters."""
    figures: Figures = {"rows": len(examples), "groups": len({example.group for example in examples})}
    if not examples:
        return figures
    questions = [one for one in examples if isinstance(one, QuestionExample)]
    claims = [one for one in examples if isinstance(one, ClaimExample)]
    pairs = [one for one in examples if isinstance(one, PairExample)]
    chats = [one for one in examples if isinstance(one, InstructionExample)]
    if questions:
        answered = [one for one in questions if one.answerable]
        figures |= {
            "answerable": len(answered),
            "contexts": len({one.context for one in questions}),
            "question characters": median(len(one.question) for one in questions),
            "context characters": median(len(one.context) for one in questions),
        }
        if answered:
            figures["answer characters"] = median(len(one.answers[0].text) for one in answered)
    if claims:
        figures |= Counter(one.label for one in claims)
        figures["evidence characters"] = median(len(one.evidence) for one in claims)
    if pairs:
        figures["query characters"] = median(len(one.query) for one in pairs)
        figures["passage characters"] = median(len(one.positive) for one in pairs)
        figures["with negatives"] = sum(bool(one.negatives) for one in pairs)
    if chats:
        figures["turns"] = median(len(one.messages) for one in chats)
        figures["characters"] = median(sum(len(said) for _, said in one.messages) for one in chats)
    return figures
