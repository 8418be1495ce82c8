"""What every chat model can do; the adapters are `chat_embedded.py` and `chat_endpoint.py`.

Use: `"".join(chat.stream([Message(role="user", content="Hello")], max_tokens=64))`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a conversation.

    Attributes:
        role: Who speaks.
        content: What is said.
    """

    role: Role
    content: str

    def to_dict(self) -> dict[str, str]:
        """Return the message as chat APIs take it."""
        return {"role": self.role, "content": self.content}


class ChatModel(Protocol):
    """Writes the next turn of a conversation."""

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0
    ) -> Iterator[str]:
        """Yield the next turn piece by piece; closing the iterator stops the model.

        Args:
            messages: The conversation so far, oldest first.
            max_tokens: Most tokens to write.
            temperature: 0 takes the likeliest token each time.

        Raises:
            EndpointError: A server failed.
            LimitError: The conversation is longer than the model can read.
        """
        ...
