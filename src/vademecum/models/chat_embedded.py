"""A chat model in this process, from a GGUF file, by llama.cpp.

The engine opens a port on the loopback interface by itself; it is locked with a random key that
nobody is told. That does not keep out who can read this process's memory.

Use: `EmbeddedChat(ensure_model(find_model("smollm2-135m")) / "model.gguf").stream(messages, max_tokens=64)`.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import xllamacpp

from vademecum.errors import InternalError, LimitError, WeightsError
from vademecum.models.chat import Message

_DONE = None
_SILENT = -1


class EmbeddedChat:
    """Runs one model; calls from several threads wait for each other.

    Args:
        path: The GGUF file.
        context_tokens: Most tokens of conversation and reply together.
        threads: Threads that compute.

    Raises:
        WeightsError: The file is missing or is not a model.
    """

    def __init__(self, path: Path, *, context_tokens: int = 4_096, threads: int = 1) -> None:
        if not path.is_file():
            raise WeightsError(f"{path} does not exist. Run `vade models pull` to fetch the chat model.")
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = context_tokens
        params.n_parallel = 1
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.verbosity = _SILENT
        params.warmup = params.ui = False
        params.api_keys = [secrets.token_urlsafe(32)]
        try:
            self._server = xllamacpp.Server(params)
        except RuntimeError as error:
            raise WeightsError(
                f"{path} is not a model llama.cpp can load. Run `vade models verify`."
            ) from error

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0
    ) -> Iterator[str]:
        """Yield the reply piece by piece; see `ChatModel.stream`."""
        request = {
            "messages": [message.to_dict() for message in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": True,
        }
        pieces: queue.SimpleQueue[Mapping[str, Any] | BaseException | None] = queue.SimpleQueue()
        stopped = threading.Event()

        def on_piece(piece: Mapping[str, Any]) -> bool:
            pieces.put(piece)
            return stopped.is_set()

        def work() -> None:
            try:
                self._server.handle_chat_completions(request, on_piece)
                pieces.put(_DONE)
            except BaseException as error:  # carried over to the thread that reads
                pieces.put(error)

        worker = threading.Thread(target=work, name="vade-chat", daemon=True)
        worker.start()
        try:
            while (piece := pieces.get()) is not _DONE:
                yield from _text_of(piece)
        finally:
            stopped.set()
            worker.join()


def _text_of(piece: Mapping[str, Any] | BaseException) -> Iterator[str]:
    """Yield the text in one piece of the engine's stream, or raise what it reports."""
    if isinstance(piece, BaseException):
        raise InternalError(f"the chat engine failed: {piece}") from piece
    if "error" in piece:
        problem = piece["error"]
        message = problem.get("message", problem) if isinstance(problem, Mapping) else problem
        if isinstance(problem, Mapping) and problem.get("type") == "exceed_context_size_error":
            raise LimitError(f"the conversation is too long for the chat model: {message}.")
        raise InternalError(f"the chat engine failed: {message}")
    for choice in piece.get("choices", ()):
        text = choice.get("delta", {}).get("content")
        if text:
            yield text
