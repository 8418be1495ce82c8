"""A chat model whose replies are steps of a call, with what they took.

Use: `RecordedChat(chat, recorder, model="smollm2-135m", provider=EMBEDDED).stream(messages, max_tokens=64)`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from vademecum.models.chat import ChatModel, Message, OnUsage, Usage
from vademecum.values import TraceRecorder


class RecordedChat:
    """Speaks as another model does, and records it.

    Args:
        chat: The model.
        recorder: Gets a step "chat" for each reply.
        model: Name of the model.
        provider: Who runs it, as OpenTelemetry names it.
    """

    def __init__(self, chat: ChatModel, recorder: TraceRecorder, *, model: str, provider: str) -> None:
        self._chat, self._recorder = chat, recorder
        self._about = {"model": model, "provider": provider}

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        on_usage: OnUsage | None = None,
    ) -> Iterator[str]:
        """Yield the reply piece by piece; see `ChatModel.stream`."""
        asked = {"max_tokens": max_tokens, "temperature": temperature}
        with self._recorder.step("chat", **self._about, **asked) as found:
            began = time.perf_counter()

            def tell(usage: Usage) -> None:
                found.update(
                    input_tokens=usage.prompt_tokens,
                    output_tokens=usage.completion_tokens,
                    cached_tokens=usage.cached_tokens,
                    finish_reason=usage.finish_reason,
                )
                if on_usage is not None:
                    on_usage(usage)

            for piece in self._chat.stream(
                messages, max_tokens=max_tokens, temperature=temperature, on_usage=tell
            ):
                found.setdefault("first_ms", round((time.perf_counter() - began) * 1000, 3))
                yield piece
