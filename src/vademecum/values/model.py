"""A trained model: what it is, what it came from, and how good it was measured to be.

Use: `ModelCard.from_dict(json.loads(path.read_text()))`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self, get_args

from vademecum.errors import InputError
from vademecum.values.report import Score

ModelKind = Literal["reader", "checker", "embedder", "reranker", "lora"]
MODEL_KINDS: tuple[ModelKind, ...] = get_args(ModelKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCard:
    """What a model is and where it comes from.

    Attributes:
        id: Its kind and the first 12 digits of the hash of its files: "reader-1a2b3c4d5e6f".
        kind: What it does.
        base: Catalog name or id of the model it was trained from.
        dataset: "name@version" of what it learned from.
        licence: Of the dataset, which binds who shares the model.
        about: One line for a person.
        files: SHA-256 of each file by name.
        size_bytes: Length of all files.
        seed: Of the training.
        settings: Every knob of the training.
        metrics: Figures on the dataset's test rows, with intervals.
        versions: Of the program and the packages that trained it.
        made_by: The command.
        made_at: When, in ISO format.
        limits: What it is not good for.
    """

    id: str
    kind: ModelKind
    base: str
    dataset: str
    licence: str = ""
    about: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    size_bytes: int = 0
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)
    metrics: tuple[Score, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    made_by: str = ""
    made_at: str = ""
    limits: str = ""

    @property
    def version(self) -> str:
        """What made a stored result: the id, which holds the hash."""
        return self.id

    def to_dict(self) -> dict[str, Any]:
        """Return the card ready for JSON; `from_dict` gives an equal one back."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        mappings = {name: dict(fields[name]) for name in ("files", "settings", "versions")}
        return {**fields, **mappings, "metrics": [score.to_dict() for score in self.metrics]}

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Rebuild a card from `to_dict` output.

        Raises:
            InputError: It is not a card.
        """
        if not isinstance(fields, Mapping) or fields.get("kind") not in MODEL_KINDS:
            raise InputError(f"not a model card: `kind` must be one of {', '.join(MODEL_KINDS)}.")
        try:
            metrics = tuple(Score(**score) for score in fields.get("metrics", ()))
            return cls(**{**fields, "metrics": metrics})
        except TypeError as error:
            raise InputError(f"not a model card: {error}.") from error
