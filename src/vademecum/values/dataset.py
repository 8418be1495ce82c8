"""Examples that models learn from, and the card of a versioned set of them.

Owns the values; where they lie on disk belongs to `train/datasets/store.py`.
Use: `QuestionExample(id="1", group="Returns", question="How long?", context="30 days.", answers=spans)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from vademecum.errors import InputError

DatasetTask = Literal["questions", "claims", "pairs", "instructions"]
DATASET_TASKS: tuple[DatasetTask, ...] = get_args(DatasetTask)

Origin = Literal["real", "made", "changed"]
"""Written by people, made by a program, or derived from a row that people wrote."""
ORIGINS: tuple[Origin, ...] = get_args(Origin)

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

ClaimLabel = Literal["supported", "contradicted", "neither"]
CLAIM_LABELS: tuple[ClaimLabel, ...] = get_args(ClaimLabel)

ROLES = ("system", "user", "assistant", "tool")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words of a context.

    Attributes:
        text: The words, verbatim.
        start: First character of them in the context.
    """

    text: str
    start: int

    @property
    def end(self) -> int:
        """One past their last character."""
        return self.start + len(self.text)

    def fits(self, context: str) -> bool:
        """Say whether a context holds the words at this place."""
        return bool(self.text) and self.start >= 0 and context[self.start : self.end] == self.text

    def to_dict(self) -> dict[str, Any]:
        """Return the span ready for JSON."""
        return {"text": self.text, "start": self.start}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a span from `to_dict` output.

        Raises:
            InputError: A field is missing or wrong.
        """
        start = fields.get("start") if isinstance(fields, Mapping) else None
        if not isinstance(start, int) or isinstance(start, bool):
            raise InputError(f"not an answer: `start` is {start!r}, it must be a whole number.")
        return cls(text=_text(fields, "text", "an answer"), start=start)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionExample:
    """A question about a passage, with the spans that answer it.

    Attributes:
        id: Its name in the data.
        group: What must not be split, such as an article.
        question: What is asked.
        context: The passage.
        answers: Accepted spans of the passage; empty when it does not answer.
        title: Title of the article or document.
        origin: Where the row comes from.
    """

    id: str
    group: str
    question: str
    context: str
    answers: tuple[Span, ...] = ()
    title: str = ""
    origin: Origin = "real"

    @property
    def answerable(self) -> bool:
        """Whether the passage answers."""
        return bool(self.answers)

    def to_dict(self) -> dict[str, Any]:
        """Return the example ready for JSON; `from_dict` gives an equal one back."""
        return {
            "id": self.id,
            "group": self.group,
            "question": self.question,
            "context": self.context,
            "answers": [span.to_dict() for span in self.answers],
            "title": self.title,
            "origin": self.origin,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild an example from `to_dict` output.

        Raises:
            InputError: A field is missing or wrong.
        """
        answers = fields.get("answers")
        if not isinstance(answers, (list, tuple)):
            raise InputError(
                f"not a question: `answers` is {answers!r}, it must be a list of {{text, start}}."
            )
        return cls(
            id=_text(fields, "id", "a question"),
            group=_text(fields, "group", "a question"),
            question=_text(fields, "question", "a question"),
            context=_text(fields, "context", "a question"),
            answers=tuple(map(Span.from_dict, answers)),
            title=_text({"title": "", **fields}, "title", "a question"),
            origin=_origin(fields),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimExample:
    """A claim beside the evidence it is judged by.

    Attributes:
        id: Its name in the data.
        group: What must not be split, such as the document of the evidence.
        claim: What is said.
        evidence: The text it is judged by.
        label: What the evidence says of the claim.
        origin: Where the row comes from.
    """

    id: str
    group: str
    claim: str
    evidence: str
    label: ClaimLabel
    origin: Origin = "real"

    def to_dict(self) -> dict[str, Any]:
        """Return the example ready for JSON; `from_dict` gives an equal one back."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild an example from `to_dict` output.

        Raises:
            InputError: A field is missing or wrong.
        """
        label = fields.get("label")
        if label not in CLAIM_LABELS:
            raise InputError(
                f"not a claim: `label` is {label!r}, allowed is one of {', '.join(CLAIM_LABELS)}."
            )
        return cls(
            id=_text(fields, "id", "a claim"),
            group=_text(fields, "group", "a claim"),
            claim=_text(fields, "claim", "a claim"),
            evidence=_text(fields, "evidence", "a claim"),
            label=label,
            origin=_origin(fields),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PairExample:
    """A query with a passage that answers it, and passages that do not.

    Attributes:
        id: Its name in the data.
        group: What must not be split, such as the document of the passage.
        query: What is searched for.
        positive: A passage that is relevant.
        negatives: Passages that look alike and are not relevant.
        origin: Where the row comes from.
    """

    id: str
    group: str
    query: str
    positive: str
    negatives: tuple[str, ...] = ()
    origin: Origin = "real"

    def to_dict(self) -> dict[str, Any]:
        """Return the example ready for JSON; `from_dict` gives an equal one back."""
        return {
            "id": self.id,
            "group": self.group,
            "query": self.query,
            "positive": self.positive,
            "negatives": list(self.negatives),
            "origin": self.origin,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild an example from `to_dict` output.

        Raises:
            InputError: A field is missing or wrong.
        """
        negatives = fields.get("negatives", ())
        if not isinstance(negatives, (list, tuple)) or not all(isinstance(one, str) for one in negatives):
            raise InputError(f"not a pair: `negatives` is {negatives!r}, it must be a list of texts.")
        return cls(
            id=_text(fields, "id", "a pair"),
            group=_text(fields, "group", "a pair"),
            query=_text(fields, "query", "a pair"),
            positive=_text(fields, "positive", "a pair"),
            negatives=tuple(negatives),
            origin=_origin(fields),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionExample:
    """A conversation whose assistant turns are to be learned.

    Attributes:
        id: Its name in the data.
        group: What must not be split.
        messages: Pairs of role and content, in their order.
        origin: Where the row comes from.
    """

    id: str
    group: str
    messages: tuple[tuple[str, str], ...]
    origin: Origin = "real"

    def to_dict(self) -> dict[str, Any]:
        """Return the example ready for JSON; `from_dict` gives an equal one back."""
        return {
            "id": self.id,
            "group": self.group,
            "messages": [{"role": role, "content": content} for role, content in self.messages],
            "origin": self.origin,
        }

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild an example from `to_dict` output.

        Raises:
            InputError: A field is missing or wrong.
        """
        messages = fields.get("messages")
        if not isinstance(messages, (list, tuple)) or not all(isinstance(one, Mapping) for one in messages):
            raise InputError("not an instruction: `messages` must be a list of {role, content}.")
        for message in messages:
            if message.get("role") not in ROLES:
                raise InputError(
                    f"not an instruction: `role` is {message.get('role')!r}, "
                    f"allowed is one of {', '.join(ROLES)}."
                )
        return cls(
            id=_text(fields, "id", "an instruction"),
            group=_text(fields, "group", "an instruction"),
            messages=tuple((one["role"], _text(one, "content", "an instruction")) for one in messages),
            origin=_origin(fields),
        )


Example = QuestionExample | ClaimExample | PairExample | InstructionExample


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCard:
    """What a version of a dataset is, where it comes from and what was left out of it.

    Attributes:
        name: What a person calls it.
        version: First 12 hexadecimal digits of SHA-256 over the rows of all splits.
        task: What its rows are.
        licence: Under which its sources may be used; empty when nobody said.
        sources: Files, addresses or documents it was made from.
        about: What a reader has to know.
        parent: "name@version" of the dataset it was made from; empty for none.
        counts: Rows by split.
        origins: Rows by origin.
        left_out: Rows that are not in it, by reason.
        made_by: The command that made it.
        made_at: When, in ISO format.
    """

    name: str
    version: str
    task: DatasetTask
    licence: str = ""
    sources: tuple[str, ...] = ()
    about: str = ""
    parent: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    origins: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    made_by: str = ""
    made_at: str = ""

    @property
    def id(self) -> str:
        """Name and version: "name@version"."""
        return f"{self.name}@{self.version}"

    def to_dict(self) -> dict[str, Any]:
        """Return the card ready for JSON; `from_dict` gives an equal one back."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        mappings = {name: dict(fields[name]) for name in ("counts", "origins", "left_out")}
        return {**fields, "sources": list(self.sources), **mappings}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a card from `to_dict` output.

        Raises:
            InputError: It is not a card.
        """
        if not isinstance(fields, Mapping) or fields.get("task") not in DATASET_TASKS:
            raise InputError(
                f"not the card of a dataset: its task must be one of {', '.join(DATASET_TASKS)}."
            )
        try:
            return cls(**{**fields, "sources": tuple(fields.get("sources", ()))})
        except TypeError as error:
            raise InputError(f"not the card of a dataset: {error}.") from error


def example_from_dict(task: DatasetTask, fields: Mapping[str, Any]) -> Example:
    """Rebuild an example of a task from its `to_dict` output.

    Raises:
        InputError: A field is missing or wrong.
    """
    if task == "questions":
        return QuestionExample.from_dict(fields)
    if task == "claims":
        return ClaimExample.from_dict(fields)
    if task == "pairs":
        return PairExample.from_dict(fields)
    return InstructionExample.from_dict(fields)


def _text(fields: Mapping[str, Any], name: str, what: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str):
        raise InputError(f"not {what}: `{name}` is {value!r}, it must be a text.")
    return value


def _origin(fields: Mapping[str, Any]) -> Origin:
    origin: Origin = fields.get("origin", "real")
    if origin not in ORIGINS:
        raise InputError(f"`origin` is {origin!r}, allowed is one of {', '.join(ORIGINS)}.")
    return origin
