"""Who owns a document and who may read it: shared, removed, forgotten.

Owns the rules; what a reader then sees belongs to `view.py`.
Use: `share(view, "1f2e...", ("group:sales",))`.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from vademecum.errors import DeniedError, NotFoundError
from vademecum.files import one_path
from vademecum.values import Access, Answer
from vademecum.view import WITHHELD, View
from vademecum.workspace import UPLOADS, Workspace


def share(view: View, name: str, readers: Sequence[str]) -> str:
    """Say who may read a document, and whatever else its file holds; its owner always may.

    Args:
        view: Who says so.
        name: Id or source of the document, or the path of its file.
        readers: "everyone", "group:NAME", "user:NAME"; none for nobody else.

    Returns:
        Path of the file, which is read again.

    Raises:
        NotFoundError: There is no such document to be seen.
        DeniedError: It belongs to somebody else.
        SourceError: Its file is gone.
        BusyError: Another process is writing to the workspace.
    """
    path, access = _own(view, name)
    view.workspace.ingest(path, access=Access(owner=access.owner, readers=tuple(readers)))
    return path


def remove(view: View, name: str) -> str:
    """Delete an uploaded file with all it holds and return its path.

    Raises:
        NotFoundError: There is no such document to be seen.
        DeniedError: It belongs to somebody else, or was not uploaded.
        BusyError: Another process is writing to the workspace.
    """
    path, _ = _own(view, name)
    folder = view.workspace.folder / UPLOADS
    if not Path(path).is_relative_to(folder):
        raise DeniedError(f"{path} was not uploaded. Remove the file itself, then: vade ingest")
    Path(path).unlink(missing_ok=True)
    view.workspace.ingest(Path(path).parent)
    return path


def _own(view: View, name: str) -> tuple[str, Access]:
    """Return the path and the access of a document that the viewer may do with as they like."""
    names = {name, str(one_path(Path(name)))}
    seen = [row for row in view.rows() if names & {row["id"], row["source"], row["path"]}]
    if not seen:
        raise NotFoundError(f"there is no document '{name}'. `vade documents list` shows what there is.")
    viewer = view.viewer
    own = [row for row in seen if viewer.everything or (viewer.user and viewer.user == row["access"].owner)]
    if not own:
        raise DeniedError(f"'{name}' is not yours. Ask {seen[0]['access'].owner or 'the owner'} to do it.")
    return own[0]["path"], own[0]["access"]


def forget_user(workspace: Workspace, user: str) -> dict[str, int]:
    """Remove everything of a person: uploads, documents, talks, traces, feedback, memory, keys.

    What others were answered from their documents goes too. Files that lie elsewhere than in the uploads stay
    where they are, and are not read any more.

    Returns:
        How many of each kind that was.

    Raises:
        BusyError: Another process is writing to the workspace.
    """
    uploads = workspace.uploads(user)
    if user and uploads.is_dir():
        shutil.rmtree(uploads)
    ids = workspace.forget_owner(user)
    _take_from_readers(workspace, user)
    state = workspace.state()
    rows = state.forget_user(user)
    gone = Answer(text=WITHHELD, answered=False, confidence=0.0)
    return {"documents": len(ids), "answers of others": state.withdraw(ids, instead=gone)} | rows


def _take_from_readers(workspace: Workspace, user: str) -> None:
    """Take somebody out of the readers of every document whose file is still there."""
    changed: dict[Access, set[str]] = defaultdict(set)
    for row in workspace.document_rows():
        access: Access = row["access"]
        if access.without(user) != access and Path(row["path"]).exists():
            changed[access.without(user)].add(row["path"])
    for access, paths in changed.items():
        workspace.ingest(*sorted(paths), access=access)
