"""Rows of JSON as examples: our own layouts, and those that questions, claims, pairs and chats come in.

Owns what a row means; opening files and counting what is wrong belong to `read.py`.
Use: `layout = find_layout(row)`, then `layout.read(row, "qa.jsonl, line 1")`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from vademecum.errors import InputError
from vademecum.train.datasets.found import (
    EMPTY,
    MISPLACED,
    NO_REPLY,
    SPLIT_NAMES,
    UNANSWERED,
    WRONG,
    Found,
    digest,
    field_or,
    fitting,
)
from vademecum.values import (
    ClaimExample,
    DatasetTask,
    Example,
    InstructionExample,
    PairExample,
    QuestionExample,
    Span,
)
from vademecum.values.dataset import ClaimLabel

Row = Mapping[str, Any]

_LABELS: Mapping[str, ClaimLabel] = MappingProxyType(
    {
        "supported": "supported",
        "supports": "supported",
        "support": "supported",
        "entailment": "supported",
        "contradicted": "contradicted",
        "contradicts": "contradicted",
        "contradict": "contradicted",
        "contradiction": "contradicted",
        "refuted": "contradicted",
        "refutes": "contradicted",
        "neither": "neither",
        "neutral": "neither",
        "not enough info": "neither",
    }
)
_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "human": "user",
        "user": "user",
        "gpt": "assistant",
        "assistant": "assistant",
        "function_call": "assistant",
        "observation": "tool",
        "tool": "tool",
        "system": "system",
    }
)


class _UnusableError(Exception):
    """A row cannot become an example: reason and detail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A way rows are written.

    Attributes:
        task: What the rows become.
        needs: Fields that tell it from the others.
        make: Returns the example of a row.
    """

    task: DatasetTask
    needs: tuple[str, ...]
    make: Callable[[Row], Example]

    def read(self, row: Row, where: str) -> Found:
        """Return what a row holds."""
        split = SPLIT_NAMES.get(str(row.get("split", "")).casefold())
        try:
            return Found(where=where, example=self.make(row), split=split)
        except _UnusableError as error:
            reason, detail = error.args
            return Found(where=where, reason=reason, detail=detail)
        except InputError as error:
            return Found(where=where, reason=WRONG, detail=str(error).rstrip("."))


def find_layout(row: Row) -> Layout | None:
    """Return the layout a row is in; None for an unknown one."""
    return next((layout for layout in LAYOUTS if all(name in row for name in layout.needs)), None)


def _question(row: Row) -> QuestionExample:
    question, context = _full(row, "question").strip(), _full(row, "context")
    if "answers" not in row and not row.get("is_impossible"):
        raise _UnusableError(UNANSWERED, "there is no `answers`")
    spans = [] if row.get("is_impossible") else _spans(row.get("answers"))
    kept, wrong = fitting(spans, context)
    if spans and not kept:
        raise _UnusableError(MISPLACED, wrong)
    title = field_or(row, "title", "")
    fields = {
        "id": field_or(row, "id", digest(question, context)),
        "group": field_or(row, "group", title or digest(context)),
        "question": question,
        "context": context,
        "answers": [span.to_dict() for span in kept],
        "title": title,
        "origin": field_or(row, "origin", "real"),
    }
    return QuestionExample.from_dict(fields)


def _spans(answers: Any) -> list[Span]:
    """Read answers as a list of objects, or as the two columns that data frames hold."""
    try:
        if isinstance(answers, Mapping):
            pairs = zip(answers["text"], answers["answer_start"], strict=True)
            return [Span(text=str(text), start=int(start)) for text, start in pairs]
        return [
            Span(text=one["text"], start=int(one["start"] if "start" in one else one["answer_start"]))
            for one in answers
        ]
    except (KeyError, TypeError, ValueError) as error:
        detail = f"an answer needs text and start, {answers!r:.60} lacks them: {error!r}"
        raise _UnusableError(WRONG, detail) from error


def _claim(row: Row) -> ClaimExample:
    claim, evidence = _full(row, "claim").strip(), row.get("evidence")
    if isinstance(evidence, list) and all(isinstance(one, str) for one in evidence):
        evidence = " ".join(evidence)
    if not isinstance(evidence, str) or not evidence.strip():
        raise _UnusableError(EMPTY, f"`evidence` is {evidence!r:.60}")
    label = str(row.get("label"))
    fields = {
        "id": field_or(row, "id", digest(claim, evidence)),
        "group": field_or(row, "group", digest(evidence)),
        "claim": claim,
        "evidence": evidence,
        "label": _LABELS.get(" ".join(label.casefold().replace("_", " ").split()), label),
        "origin": field_or(row, "origin", "real"),
    }
    return ClaimExample.from_dict(fields)


def _pair(row: Row) -> PairExample:
    query, positive = _full(row, "query").strip(), _full(row, "positive")
    fields = {
        "id": field_or(row, "id", digest(query, positive)),
        "group": field_or(row, "group", digest(positive)),
        "query": query,
        "positive": positive,
        "negatives": row.get("negatives", ()),
        "origin": field_or(row, "origin", "real"),
    }
    return PairExample.from_dict(fields)


def _alpaca(row: Row) -> InstructionExample:
    task, given = _full(row, "instruction").strip(), str(row.get("input") or "").strip()
    turns = [("user", f"{task}\n\n{given}" if given else task), ("assistant", _full(row, "output"))]
    return _instruction(row, turns)


def _chat(row: Row) -> InstructionExample:
    return _instruction(row, _turns(row.get("messages"), "role", "content"))


def _sharegpt(row: Row) -> InstructionExample:
    turns = _turns(row.get("conversations"), "from", "value")
    return _instruction(row, [("system", row["system"]), *turns] if row.get("system") else turns)


def _turns(messages: Any, role: str, content: str) -> list[tuple[str, Any]]:
    if not isinstance(messages, list) or not all(isinstance(one, Mapping) for one in messages):
        raise _UnusableError(WRONG, f"a list of {{{role}, {content}}} is needed, not {messages!r:.60}")
    return [(_ROLES.get(str(one.get(role)), str(one.get(role))), one.get(content)) for one in messages]


def _instruction(row: Row, turns: list[tuple[str, Any]]) -> InstructionExample:
    said = [str(content).strip() for role, content in turns if role == "assistant"]
    if not said or not all(said):
        raise _UnusableError(NO_REPLY, f"the roles are {', '.join(role for role, _ in turns)}")
    name = field_or(row, "id", digest(*(f"{role}: {content}" for role, content in turns)))
    fields = {
        "id": name,
        "group": field_or(row, "group", name),
        "messages": [{"role": role, "content": content} for role, content in turns],
        "origin": field_or(row, "origin", "real"),
    }
    return InstructionExample.from_dict(fields)


def _full(row: Row, name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise _UnusableError(WRONG, f"`{name}` is {value!r:.60}, it must be a text")
    if not value.strip():
        raise _UnusableError(EMPTY, f"`{name}` is empty")
    return value


LAYOUTS = (
    Layout(task="questions", needs=("question", "context"), make=_question),
    Layout(task="claims", needs=("claim", "evidence", "label"), make=_claim),
    Layout(task="pairs", needs=("query", "positive"), make=_pair),
    Layout(task="instructions", needs=("messages",), make=_chat),
    Layout(task="instructions", needs=("conversations",), make=_sharegpt),
    Layout(task="instructions", needs=("instruction", "output"), make=_alpaca),
)
"""Tried in this order; the first whose fields are there is taken for the whole file."""
