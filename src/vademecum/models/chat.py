"""What every chat model can do; the adapters are `chat_embedded.py` and `chat_endpoint.py`.

Use: `"".join(chat.stream([Message(role="user", content="Hello")], max_tokens=64))`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a reply took, as the model's engine counts it.

    Attributes:
        prompt_tokens: Tokens of the conversation.
        completion_tokens: Tokens of the reply.
        cached_tokens: Tokens of the conversation that were not computed again.
        finish_reason: Why it ended, in the engine's word: "stop", "length".
    """

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    finish_reason: str = ""


OnUsage = Callable[[Usage], None]


class ChatModel(Protocol):
    """Writes the next turn of a conversation."""

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        on_usage: OnUsage | None = None,
    ) -> Iterator[str]:
        """Yield the next turn piece by piece; closing the iterator stops the model.

        Args:
            messages: The conversation so far, oldest first.
            max_tokens: Most tokens to write.
            temperature: 0 takes the likeliest token each time.
            on_usage: Told at the end what it took; not told where the reply is stopped or nobody counts.

        Raises:
            EndpointError: A server failed.
            LimitError: The conversation is longer than the model can read.
        """
        ...
