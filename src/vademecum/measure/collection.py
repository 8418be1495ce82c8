"""Workspaces for measuring: the documents of judged data, ingested once and kept in the cache."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import vademecum.workspace
from vademecum.errors import InputError
from vademecum.evaluate.data import write_rows
from vademecum.ingest.run import OnProgress
from vademecum.models.pull import cache_folder
from vademecum.workspace import Workspace

OnItem = Callable[[int, int], None]
"""Told (done, total) while questions are asked."""

Item = TypeVar("Item")


@contextmanager
def open_collection(
    workspace: Workspace,
    *,
    name: str,
    sha256: str,
    documents: Callable[[], Iterable[Mapping[str, str]]],
    config: Mapping[str, Any] | None = None,
    on_ingest: OnProgress | None = None,
) -> Iterator[Workspace]:
    """Open a workspace that holds the documents of a data set, under the settings of another one.

    Args:
        workspace: Whose settings are measured.
        name: Name of the data.
        sha256: Hash of its documents; another hash is another workspace.
        documents: Gives them as rows of `_id`, `title`, `text`; called when they are not there yet.
        config: Settings of this measurement; they win.
        on_ingest: Told how far the first ingest is.
    """
    settings = overrides(workspace, config)
    tokens = settings.get("chunk.max_tokens", workspace.config.chunk.max_tokens)
    embed = workspace.model_name("embedder", settings.get("models.embed", workspace.config.models.embed))
    folder = cache_folder() / "evaluate" / f"{name}-{sha256[:12]}-{embed}-{tokens}"
    rows = folder / "documents.jsonl"
    if not rows.exists():
        folder.mkdir(parents=True, exist_ok=True)
        write_rows(documents(), rows)
    with vademecum.workspace.open(folder, config=settings, models=workspace.models) as opened:
        opened.ingest(rows, id_field="_id", title_field="title", text_field="text", on_progress=on_ingest)
        yield opened


@contextmanager
def open_own(workspace: Workspace, config: Mapping[str, Any] | None = None) -> Iterator[Workspace]:
    """Open a person's own workspace a second time, with the settings of a measurement."""
    with vademecum.workspace.open(workspace.folder, config=overrides(workspace, config)) as opened:
        yield opened


def own_questions(workspace: Workspace) -> Path:
    """Return the file of the workspace's own questions.

    Raises:
        InputError: There is none yet.
    """
    if not workspace.questions_path.exists():
        raise InputError(
            f"{workspace.folder} has no questions yet. Make some with: vade eval make --questions 100"
        )
    return workspace.questions_path


def overrides(workspace: Workspace, config: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the settings of a workspace that are not defaults, with `config` over them."""
    own = {key.name: key.value for key in workspace.settings.values() if key.origin != "default"}
    return own | dict(config or {})


def sample(items: Sequence[Item], *, limit: int, seed: int) -> list[Item]:
    """Return at most `limit` items drawn at random, in their order; all of them when it is 0."""
    if not limit or limit >= len(items):
        return list(items)
    return [items[row] for row in sorted(random.Random(seed).sample(range(len(items)), limit))]
