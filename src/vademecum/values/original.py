"""The file a document was read from.

Use: `original.read()` gives its bytes as long as they are those that were read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


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
