"""Groups of commands whose modules load when one of their commands is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

GROUPS = {
    "eval": "Measure answers and searches; compare, gate, rate.",
    "data": "Datasets: versioned examples to learn from, each with a card.",
    "train": "Train models on datasets; a stopped run goes on with --resume.",
    "models": "Models: the catalog's weights, and those trained here.",
    "config": "Settings of the workspace.",
    "traces": "What happened during questions, step by step.",
    "feedback": "What people think of answers.",
    "memory": "What people said of themselves, kept word for word.",
    "documents": "What is stored, and who may read it.",
    "keys": "Who may call the server. It is open to this machine until the first key exists.",
    "users": "What is kept of people.",
}
"""Each group's name, which is also its module's in this package, and its help."""


class _Later(TyperGroup):
    """Stands for a group in the list of commands, and hands over to it when called."""

    def make_context(self, info_name: str | None, args: list[str], *rest: Any, **extra: Any) -> Any:
        group = typer.main.get_group(import_module(f"vademecum.cli.{self.name}").app)
        group.help = self.help
        return group.make_context(info_name, args, *rest, **extra)


class Root(TyperGroup):
    """The program's own commands, and after them the groups."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        for name, told in GROUPS.items():
            self.add_command(_Later(name=name, help=told))
