"""Who may read a document, and who reads.

Use: `Viewer(user="ben", groups=("sales",)).may_read(Access(readers=("group:sales",)))` gives True.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from vademecum.errors import InputError

EVERYONE = "everyone"
NOBODY = "nobody"
_READER = re.compile(r"(?:group|user):[\w.@+-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who may read a document.

    Attributes:
        owner: Name of the user it belongs to; empty for the workspace itself.
        readers: "everyone", "group:NAME" or "user:NAME"; its owner and the workspace's always may.
    """

    owner: str = ""
    readers: tuple[str, ...] = (EVERYONE,)

    def to_text(self) -> str:
        """Return the access as one text; empty for what everyone may read and nobody owns."""
        return "" if self == PUBLIC else json.dumps([self.owner, *self.readers])

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Rebuild an access from `to_text` output."""
        owner, *readers = json.loads(text) if text else ("", EVERYONE)
        return cls(owner=owner, readers=tuple(readers))

    def without(self, user: str) -> Access:
        """Return the access with a user taken out of the readers."""
        kept = tuple(reader for reader in self.readers if reader != f"user:{user}")
        return Access(owner=self.owner, readers=kept)


PUBLIC = Access()


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who reads.

    Attributes:
        user: Their name; empty for somebody without one.
        groups: What they belong to.
        everything: Whether they may read whatever there is, as the workspace's owner may.
    """

    user: str = ""
    groups: tuple[str, ...] = ()
    everything: bool = False

    def may_read(self, access: Access) -> bool:
        """Say whether a document with this access is shown to them."""
        if self.everything or EVERYONE in access.readers:
            return True
        if self.user and (self.user == access.owner or f"user:{self.user}" in access.readers):
            return True
        return any(f"group:{group}" in access.readers for group in self.groups)


OWNER = Viewer(everything=True)
"""The workspace's owner."""


def parse_readers(texts: Sequence[str]) -> tuple[str, ...]:
    """Read who may read something: "everyone", "nobody" (but the owner), "group:NAME", "user:NAME".

    Returns:
        The readers, sorted, each once.

    Raises:
        InputError: One of them is none of these, or "nobody" stands beside others.
    """
    for text in texts:
        if text not in (EVERYONE, NOBODY) and not _READER.fullmatch(text):
            raise InputError(
                f"reader = {text!r}: allowed is {EVERYONE}, {NOBODY}, group:NAME or user:NAME,"
                " such as group:sales."
            )
    if NOBODY in texts and len(set(texts)) > 1:
        raise InputError(f"readers = {', '.join(texts)}: '{NOBODY}' stands by itself.")
    return tuple(sorted(set(texts) - {NOBODY}))
