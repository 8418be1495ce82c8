"""What every chat model can do; the adapters are `chat_embedded.py` and `chat_endpoint.py`.

Use: `"".join(chat.stream([Message(role="user", content="Hello")], max_tokens=64))`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Role = Literal["system", "user", "assistant"]
Finish = Literal["stop", "length"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a reply took; a count is None where a server does not tell.

    Attributes:
        finish: "stop" when the model came to its end, "length" when it was cut off.
        prompt_tokens: Tokens of the conversation.
        cached_tokens: How many of them were known from before and not computed again.
        written_tokens: Tokens of the reply.
    """

    finish: Finish = "stop"
    prompt_tokens: int | None = None
    cached_tokens: int | None = None
    written_tokens: int | None = None


Reply: TypeAlias = Generator[str, None, Spent]
"""A reply piece by piece, and at its end what it took."""


class ChatModel(Protocol):
    """Writes the next turn of a conversation."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0) -> Reply:
        """Yield the next turn piece by piece and return what it took; closing it stops the model.

        Args:
            messages: The conversation so far, oldest first.
            max_tokens: Most tokens to write.
            temperature: 0 takes the likeliest token each time.

        Raises:
            EndpointError: A server failed.
            GivenUpError: Nobody waits for the reply any more, see `vademecum.stopping`.
            LimitError: The conversation is longer than the model can read.
        """
        ...
