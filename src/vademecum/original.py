"""The file a document was read from, as long as it holds what was read.

Use: `original_of(view, document_id).read()`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from vademecum.stores.schema import DOCUMENTS, PLACES
from vademecum.stores.store import FOLDER_NAME, Store, sql_list
from vademecum.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A file as it was when it was read.

    Attributes:
        path: Where it lay.
        sha256: Hash of its content then.
        whole: Whether the document is the whole file, not a part or a row of it.
    """

    path: str
    sha256: str
    whole: bool

    def read(self) -> bytes | None:
        """Return its bytes; None where it holds something else now.

        Raises:
            OSError: It cannot be read; FileNotFoundError where it is gone.
        """
        data = Path(self.path).read_bytes()
        return data if hashlib.sha256(data).hexdigest() == self.sha256 else None


def original_of(view: View, document_id: str) -> Original | None:
    """Return the file of a document; None where the document is not there to be seen."""
    if not view.documents([document_id]):
        return None
    store = Store.open(view.workspace.folder / FOLDER_NAME)
    found = store.scan(DOCUMENTS, ["path", "source"], where=f"id IN ({sql_list([document_id])})").to_pylist()
    paths = sql_list([row["path"] for row in found])
    known = store.scan(PLACES, ["path", "sha256"], where=f"path IN ({paths})").to_pylist() if found else []
    if not known:
        return None
    whole = found[0]["source"] == found[0]["path"]
    return Original(path=known[0]["path"], sha256=known[0]["sha256"], whole=whole)
