"""A chat model behind a URL: any server that speaks OpenAI's chat completions.

Everything that can be wrong with a server becomes an `EndpointError` that names the URL.
Use: `EndpointChat("http://localhost:8000/v1", "qwen2.5-7b").stream(messages, max_tokens=256)`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, cast

import openai
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk

from vademecum.errors import EndpointError
from vademecum.models.chat import Finish, Message, Reply, Spent
from vademecum.stopping import raise_if_given_up

_CONNECT_S = 10.0
_MAX_CHARS_PER_TOKEN = 32  # a server that writes more than this ignores the limit it was given
_PATH = "/chat/completions"
_COUNTED: dict[str, Any] = {"stream_options": {"include_usage": True}}


class EndpointChat:
    """Asks a server; safe to use from several threads.

    Args:
        url: Base URL, usually ending in /v1.
        model: Name the server knows the model by.
        api_key_env: Environment variable with the key; servers without keys need none.
        timeout_s: Seconds a whole reply may take.

    Raises:
        EndpointError: The URL is none.
    """

    def __init__(
        self, url: str, model: str, *, api_key_env: str = "OPENAI_API_KEY", timeout_s: float = 60.0
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise EndpointError(f"'{url}' is not a URL. Give a base URL such as http://localhost:8000/v1.")
        self.url = url.rstrip("/").removesuffix(_PATH)
        self.model = model
        self._api_key_env = api_key_env
        self._timeout_s = timeout_s
        self._counts = True
        self._client = openai.OpenAI(
            base_url=self.url,
            api_key=os.environ.get(api_key_env) or "none",
            timeout=openai.Timeout(timeout_s, connect=min(_CONNECT_S, timeout_s)),
            max_retries=0,
        )

    def stream(self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0) -> Reply:
        """Yield the reply piece by piece and return what it took; see `ChatModel.stream`."""
        deadline = time.monotonic() + self._timeout_s
        written = 0
        spent = Spent()
        try:
            for piece in self._pieces(messages, max_tokens, temperature):
                raise_if_given_up()
                if isinstance(piece, Spent):
                    spent = piece
                    continue
                if time.monotonic() > deadline:
                    raise self._slow()
                written += len(piece)
                yield piece
                if written > max_tokens * _MAX_CHARS_PER_TOKEN:
                    break
        except openai.APITimeoutError as error:
            raise self._slow() from error
        except openai.APIStatusError as error:
            raise self._refused(error) from error
        except openai.APIConnectionError as error:
            what = "broke off in its reply" if written else "cannot be reached"
            cause = error.__cause__ or error
            raise self._failed(f"{what} ({cause})", "Start the server or mend the URL") from error
        except (openai.OpenAIError, ValueError, AttributeError, TypeError) as error:
            raise self._nonsense(f"{type(error).__name__}: {error}") from error
        if not written:
            raise self._nonsense("no text in it")
        return spent

    def _pieces(
        self, messages: Sequence[Message], max_tokens: int, temperature: float
    ) -> Iterator[str | Spent]:
        """Yield the non-empty pieces of the server's event stream, and how it ended."""
        create = partial(
            self._client.chat.completions.with_raw_response.create,
            model=self.model,
            messages=[message.to_dict() for message in messages],
            max_tokens=max_tokens,
            temperature=temperature,
            stream=True,
        )
        try:
            response = create(**_COUNTED if self._counts else {})
        except openai.APIStatusError as error:
            if "stream_options" not in error.message:
                raise
            self._counts = False  # an older server, which cannot be asked for it
            response = create()
        kind = response.headers.get("content-type", "nothing")
        if not kind.startswith("text/event-stream"):
            raise ValueError(f"{kind} instead of text/event-stream")
        finish: Finish = "stop"
        with cast(openai.Stream[ChatCompletionChunk], response.parse()) as events:
            for event in events:
                for choice in event.choices:
                    if choice.delta.content:
                        yield choice.delta.content
                    if choice.finish_reason == "length":
                        finish = "length"
                        yield Spent(finish=finish)
                if event.usage is not None:
                    yield _spent(event.usage, finish)

    def _slow(self) -> EndpointError:
        return self._failed(f"took longer than {self._timeout_s:g} s", "Ask again, or raise answer.timeout_s")

    def _nonsense(self, found: str) -> EndpointError:
        return self._failed(
            f"answered with something that is no chat completion ({found[:200]})",
            "Give the base URL of an OpenAI-compatible server, usually ending in /v1",
        )

    def _refused(self, error: openai.APIStatusError) -> EndpointError:
        advice = "Look into the server's log"
        if error.status_code in (401, 403):
            advice = f"Put a valid key into the environment variable {self._api_key_env}"
        elif error.status_code == 404:
            advice = "The base URL usually ends in /v1, and the model must be one that the server has"
        return self._failed(f"answered {error.status_code}: {str(error.message)[:200]}", advice)

    def _failed(self, what: str, advice: str) -> EndpointError:
        return EndpointError(f"{self.url} (model '{self.model}') {what}. {advice}.")


def _spent(usage: CompletionUsage, finish: Finish) -> Spent:
    details = usage.prompt_tokens_details
    return Spent(
        finish=finish,
        prompt_tokens=usage.prompt_tokens,
        cached_tokens=details.cached_tokens if details else None,
        written_tokens=usage.completion_tokens,
    )
