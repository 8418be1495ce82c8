"""`vade models list`: the catalog and what was trained here."""

from __future__ import annotations

from typing import Any

import typer

from vademecum.cli.options import JsonOption, WorkspaceOption, workspace_or_none


def list_(workspace: WorkspaceOption = None, as_json: JsonOption = False) -> None:
    """List the catalog and the models trained in this workspace: task, size, licence, whether it is in use.

    Example: vade models list
    """
    from vademecum.cli.output import print_json
    from vademecum.models.catalog import load_catalog
    from vademecum.models.pull import is_pulled
    from vademecum.release import Models

    folder = workspace_or_none(workspace)
    trained = Models.of(folder).list() if folder else []
    used = {card.id for card in trained if folder and Models.of(folder).current(card.kind) == card}
    entries = load_catalog().values()
    if as_json:
        names = ("name", "task", "licence", "upstream")
        rows: list[dict[str, Any]] = [
            {name: getattr(entry, name) for name in names}
            | {"size_bytes": entry.size, "pulled": is_pulled(entry)}
            for entry in entries
        ]
        rows += [
            {"name": card.id, "task": card.kind, "licence": card.licence, "upstream": card.base}
            | {"size_bytes": card.size_bytes, "in_use": card.id in used}
            for card in trained
        ]
        print_json(rows)
        return
    for entry in entries:
        state = "pulled" if is_pulled(entry) else "-"
        _print(entry.name, entry.task, entry.size, entry.licence, state, entry.upstream)
    for card in trained:
        state = "in use" if card.id in used else "-"
        _print(card.id, card.kind, card.size_bytes, card.licence, state, f"{card.base} on {card.dataset}")


def _print(name: str, task: str, size_bytes: int, licence: str, state: str, origin: str) -> None:
    size = f"{size_bytes / 1e6:.0f} MB"
    typer.echo(f"{name:<22}{task:<18}{size:>8}  {licence:<14}{state:<8}{origin}")
