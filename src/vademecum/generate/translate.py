"""Verified sentences in the language of who asked; the quotes stay as they are.

A translation counts only when it holds the same numbers. Not covered: whether it says the same otherwise.
Use: `translated("It takes 30 days.", language="German", stream_chat=stream)`.
"""

from __future__ import annotations

import re
from collections import Counter

from vademecum.generate.prompts import translate_prompt
from vademecum.generate.protocols import StreamChat

_NUMBER = re.compile(r"\d+")
_LONGER = 3
"""How many times as long as the sentence a translation may be, in characters, beyond `_MORE`."""
_MORE = 40


def translated(sentence: str, *, language: str, stream_chat: StreamChat) -> str:
    """Return a sentence in another language; itself when the model wrote something else.

    Raises:
        EndpointError: A model server failed.
        LimitError: The sentence is longer than the model can read.
    """
    written = " ".join("".join(stream_chat(*translate_prompt(sentence, language=language))).split())
    if not written or len(written) > _LONGER * len(sentence) + _MORE:
        return sentence
    same = Counter(_NUMBER.findall(written)) == Counter(_NUMBER.findall(sentence))
    return written if same else sentence
