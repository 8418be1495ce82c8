"""What the API takes, checked at the door.

Owns the shapes; what is done with them belongs to the routers. Unknown fields are let through, as clients
send many that do not matter here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from vademecum.text.characters import unusable

MOST_INPUTS = 2_048
MOST_WORDS = 10_000
"""Characters of a comment or a correction."""


class Body(BaseModel):
    """What a request holds: text that can be stored."""

    @model_validator(mode="before")
    @classmethod
    def _usable(cls, given: Any) -> Any:
        if bad := next((bad for text in _texts(given) if (bad := unusable(text))), ""):
            raise ValueError(f"it holds {bad!r}, which is no character")
        return given


def _texts(given: Any) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, Mapping):
        for value in given.values():
            yield from _texts(value)
    elif isinstance(given, list):
        for value in given:
            yield from _texts(value)


class TextPart(BaseModel):
    """A part of a message."""

    type: Literal["text"]
    text: str


class ChatMessage(BaseModel):
    """One turn of a conversation; a developer is a system."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[TextPart]

    @property
    def words(self) -> str:
        """The content as one text."""
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content)


class Generation(Body):
    """What every request for text may say."""

    model: str
    stream: bool = False
    max_tokens: int | None = Field(default=None, ge=1)
    temperature: float | None = Field(default=None, ge=0, le=2)
    stop: str | list[str] | None = None
    n: Literal[1, None] = None

    @field_validator("stop")
    @classmethod
    def _not_empty(cls, stop: str | list[str] | None) -> str | list[str] | None:
        if stop == "" or (isinstance(stop, list) and not all(stop)):
            raise ValueError("a text at which the reply ends must have a character; leave stop out for none")
        return stop

    @property
    def stops(self) -> list[str]:
        """Texts at which the reply ends."""
        return [self.stop] if isinstance(self.stop, str) else list(self.stop or ())


class ChatRequest(Generation):
    """POST /v1/chat/completions."""

    messages: Annotated[list[ChatMessage], Field(min_length=1)]
    max_completion_tokens: int | None = Field(default=None, ge=1)
    tools: list[Any] | None = None

    @field_validator("tools")
    @classmethod
    def _no_tools(cls, tools: list[Any] | None) -> None:
        if tools:
            raise ValueError("tools are not supported")

    @model_validator(mode="after")
    def _asks(self) -> ChatRequest:
        if self.messages[-1].role != "user":
            raise ValueError("the last message must be the user's")
        return self


class CompletionRequest(Generation):
    """POST /v1/completions."""

    prompt: str


class EmbeddingRequest(Body):
    """POST /v1/embeddings; `input_type` "query" embeds questions as search does."""

    model: str
    input: str | Annotated[list[str], Field(min_length=1, max_length=MOST_INPUTS)]
    encoding_format: Literal["float", "base64"] = "float"
    dimensions: int | None = None
    input_type: Literal["passage", "query"] = "passage"

    @property
    def texts(self) -> list[str]:
        """What is embedded."""
        return [self.input] if isinstance(self.input, str) else self.input


class AskRequest(Body, extra="forbid"):
    """POST /v1/ask."""

    question: str
    where: list[str] | None = None
    stream: bool = False


class SearchRequest(Body, extra="forbid"):
    """POST /v1/search."""

    query: str
    top_k: int | None = Field(default=None, ge=1, le=1_000)
    where: list[str] | None = None
    by_document: bool = False


class SayRequest(Body, extra="forbid"):
    """POST /v1/conversations; without a conversation, one begins."""

    text: str
    conversation: str = ""
    where: list[str] | None = None
    stream: bool = False


class FeedbackRequest(Body, extra="forbid"):
    """POST /v1/feedback; a rating is 1, -1 or 0."""

    trace_id: str = Field(max_length=64)
    rating: int = Field(default=0, ge=-1, le=1)
    comment: str = Field(default="", max_length=MOST_WORDS)
    correction: str = Field(default="", max_length=MOST_WORDS)


class FactRequest(Body, extra="forbid"):
    """PATCH /v1/memory/{id}."""

    text: str = Field(min_length=1, max_length=MOST_WORDS)


class ShareRequest(Body, extra="forbid"):
    """PATCH /v1/documents/{id}; readers as in `values.parse_readers`."""

    readers: list[str] = Field(min_length=1, max_length=1_000)


class PreferenceRequest(Body, extra="forbid"):
    """PUT /v1/preferences/{name}; empty takes it back."""

    value: str = Field(max_length=40)


class LoginRequest(Body, extra="forbid"):
    """POST /v1/login."""

    key: str
