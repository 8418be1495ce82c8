"""The catalog of verified weights: what each model is and the exact bytes it consists of.

Owns `catalog.toml`; fetching belongs to `pull.py`, running to the adapters.
Use: `find_model("bge-small-en").files["model.onnx"]`.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as resource_files
from types import MappingProxyType

from vademecum.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFile:
    """One file of a model.

    Attributes:
        name: File name inside the model's folder.
        size: Length in bytes.
        sha256: Hexadecimal digest its content must have.
        member: Path inside the wheel it is taken from; empty when the package carries it.
    """

    name: str
    size: int
    sha256: str
    member: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """One pretrained model.

    Attributes:
        name: Catalog name.
        task: What it does: embed, rerank, read, check, late-interaction, chat, transcribe, entities.
        role: Part of the program that uses it by default; empty when pulled on demand.
        licence: SPDX identifier of the weights.
        upstream: Who made it, as a Hugging Face repository name.
        about: One line for a person.
        query_prefix: What an embedding model wants before a question; empty for the others.
        wheel: PyPI requirement that carries the bytes, such as "name==1.2"; empty when the package does.
        hub: "repository@revision" on a Hugging Face hub that carries the same bytes; may be empty.
        package: Folder of this package that carries the bytes; empty for models that are downloaded.
        figures: What was measured of it here, each with its command.
        files: Its files by name.
        repacked: What the chat engine loads instead of the first file, made from it once (see `repack.py`).
    """

    name: str
    task: str
    role: str
    licence: str
    upstream: str
    about: str
    query_prefix: str
    wheel: str
    hub: str
    package: str
    figures: tuple[str, ...]
    files: Mapping[str, WeightFile]
    repacked: WeightFile | None = None

    @property
    def size(self) -> int:
        """Length of all files in bytes."""
        return sum(file.size for file in self.files.values())

    @property
    def version(self) -> str:
        """Name and the first digits of its largest file's hash: what made a stored result."""
        largest = max(self.files.values(), key=lambda file: file.size)
        return f"{self.name}@{largest.sha256[:12]}"


@cache
def load_catalog() -> Mapping[str, ModelEntry]:
    """Return every catalogued model by name, in the catalog's order."""
    text = resource_files("vademecum.models").joinpath("catalog.toml").read_text("utf-8")
    entries = {}
    for name, fields in tomllib.loads(text).items():
        weights = {file["name"]: WeightFile(**file) for file in fields.pop("files")}
        repacked = fields.pop("repacked", None)
        optional = {key: fields.pop(key, "") for key in ("hub", "package", "query_prefix", "wheel")}
        entries[name] = ModelEntry(
            name=name,
            files=weights,
            figures=tuple(fields.pop("figures", ())),
            repacked=WeightFile(**repacked) if repacked else None,
            **optional,
            **fields,
        )
    return MappingProxyType(entries)


def find_model(name: str) -> ModelEntry:
    """Return the catalogued model called `name`.

    Raises:
        ConfigError: No such model; the nearest name is offered.
    """
    catalog = load_catalog()
    if name in catalog:
        return catalog[name]
    near = difflib.get_close_matches(name, catalog, n=1)
    hint = f"Did you mean '{near[0]}'?" if near else "`vade models list` shows them all."
    raise ConfigError(f"No model '{name}' in the catalog. {hint}")
