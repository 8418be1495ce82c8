"""A chat model whose replies are steps of a call, with what they took.

Use: `RecordedChat(chat, recorder, model="smollm2-135m", provider=EMBEDDED).stream(messages, max_tokens=64)`.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from vademecum.models.chat import ChatModel, Message, Reply
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

    def stream(self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0) -> Reply:
        """Yield the reply piece by piece and return what it took; see `ChatModel.stream`."""
        asked = {"max_tokens": max_tokens, "temperature": temperature}
        with self._recorder.step("chat", **self._about, **asked) as found:
            reply = self._chat.stream(messages, max_tokens=max_tokens, temperature=temperature)
            spent = yield from _noting_first(reply, found)
            counts = {
                "input_tokens": spent.prompt_tokens,
                "output_tokens": spent.written_tokens,
                "cached_tokens": spent.cached_tokens,
            }
            found.update({name: count for name, count in counts.items() if count is not None})
            found["finish"] = spent.finish
        return spent


def _noting_first(reply: Reply, found: dict[str, Any]) -> Reply:
    """Note how long the first piece took."""
    began = time.perf_counter()
    try:
        first = next(reply)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    found["first_ms"] = round((time.perf_counter() - began) * 1000, 3)
    yield first
    return (yield from reply)
