"""A chat model in this process, from a GGUF file, by llama.cpp.

Several conversations are written at once: each has a slot with a context of its own, and in every step one
token of each is computed together. A slot keeps what it has read, so a prompt that begins like an earlier one
is read from where they differ; what leaves a slot stays in memory for a while.

The engine opens a port on the loopback interface by itself; it is locked with a random key that
nobody is told. That does not keep out who can read this process's memory.

Use: `EmbeddedChat(ensure_model(find_model("smollm2-135m")) / "model.gguf").stream(messages, max_tokens=64)`.
"""

from __future__ import annotations

import http.client
import json
import os
import queue
import secrets
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from vademecum.errors import InternalError, LimitError, WeightsError
from vademecum.models.chat import Message, Reply, Spent
from vademecum.stopping import raise_if_given_up

# Threads of one step wait for each other hundreds of times a token, and by default they spin while they wait:
# with two busy processes beside it on two cores that took more than ten times as long as going to sleep after
# so many turns, and on an idle machine no less. The library reads it when it is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "10000")
import xllamacpp

SLOTS = 4
"""Conversations that are written at once; each holds 94 MB of the small model's context."""
_DONE = None
_SILENT = -1
_PORT_TIMEOUT_S = 60
_DOCUMENT_MARK = "<|endoftext|>"
_LOOKED_UP = (1_000, 10_000_000)
_BATCH_TOKENS = 256
"""Tokens of prompts in one step: the others' next words wait that long, and so does who gives a prompt up.
512 read prompts 3% faster, 128 8% slower."""
_KEPT_MIB = 256
"""Memory for prompts that left their slot; the engine's own limit would be 8 GiB."""
_LOOK_S = 0.05
_LIKELIEST = {"samplers": ["top_k"], "top_k": 1}
"""Takes the likeliest token without weighing all the others, which took a tenth of the time."""

_Piece: TypeAlias = tuple[int, bytes]


class EmbeddedChat:
    """Runs one model for several threads at once; who finds all slots taken waits.

    Args:
        path: The GGUF file.
        context_tokens: Most tokens of one conversation and its reply together.
        threads: Threads that compute.
        slots: Conversations that are written at once.
        adapter: GGUF file of a LoRA adapter trained for this model; None for the model alone.

    Raises:
        WeightsError: A file is missing, or is not what llama.cpp can load.
    """

    def __init__(
        self,
        path: Path,
        *,
        context_tokens: int = 4_096,
        threads: int = 1,
        slots: int = SLOTS,
        adapter: Path | None = None,
    ) -> None:
        self._path = path
        self._context_tokens = context_tokens
        self._threads = threads
        self._slots = slots
        self._free = threading.BoundedSemaphore(slots)
        self._key = secrets.token_urlsafe(32)
        self._changing = threading.RLock()
        self.use_adapter(adapter)

    def use_adapter(self, adapter: Path | None) -> None:
        """Speak with this adapter from now on, None for the model alone.

        A reply that has begun is finished as it began. Takes as long as loading the model. When the
        adapter cannot be loaded, everything stays as it was.

        Raises:
            WeightsError: A file is missing, or is not what llama.cpp can load.
        """
        server = self._load(adapter)
        with self._changing:
            self._server = server

    def _load(self, adapter: Path | None) -> xllamacpp.Server:
        if not self._path.is_file():
            raise WeightsError(
                f"{self._path} does not exist. Run `vade models pull` to fetch the chat model."
            )
        params = xllamacpp.CommonParams()
        params.model.path = str(self._path)
        params.n_ctx = self._context_tokens * self._slots  # each slot gets its own part
        params.n_parallel = self._slots
        params.n_batch = params.n_ubatch = _BATCH_TOKENS
        params.cache_ram_mib = _KEPT_MIB
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._threads
        params.verbosity = _SILENT
        params.warmup = params.ui = False
        params.api_keys = [self._key]
        if adapter is not None:
            if not adapter.is_file():
                raise WeightsError(
                    f"the adapter {adapter} does not exist. Train one: vade train lora --data NAME"
                )
            params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
        try:
            return xllamacpp.Server(params)
        except RuntimeError as error:
            if adapter is not None:
                raise WeightsError(
                    f"{adapter} is not an adapter that {self._path.name} can be loaded with."
                    " Use one that was trained on it: see `vade models list`."
                ) from error
            raise WeightsError(
                f"{self._path} is not a model llama.cpp can load. Run `vade models verify`."
            ) from error

    def stream(self, messages: Sequence[Message], *, max_tokens: int, temperature: float = 0.0) -> Reply:
        """Yield the reply piece by piece and return what it took; see `ChatModel.stream`."""
        request: dict[str, Any] = {
            "messages": [message.to_dict() for message in messages],
            "max_tokens": max_tokens,
            "temperature": temperature,
            "stream": True,
            "return_progress": True,  # so that a prompt can be given up while it is read
        }
        if temperature == 0:
            request |= _LIKELIEST
        spent = Spent()
        with self._slot(), closing(self._pieces(request)) as pieces:
            for piece in pieces:
                spent = _spent_in(piece) or spent
                yield from _text_of(piece)
        return spent

    @contextmanager
    def _slot(self) -> Iterator[None]:
        """Hold a slot, waiting for it as long as somebody waits for the work."""
        while not self._free.acquire(timeout=_LOOK_S):
            raise_if_given_up()
        try:
            yield
        finally:
            self._free.release()

    def _pieces(self, request: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
        """Yield what the engine tells of a request; closing it stops the engine."""
        pieces: queue.SimpleQueue[Mapping[str, Any] | BaseException | None] = queue.SimpleQueue()
        stopped = threading.Event()
        server = self._server

        def on_piece(piece: Mapping[str, Any]) -> bool:
            pieces.put(piece)
            return stopped.is_set()

        def work() -> None:
            try:
                server.handle_chat_completions(request, on_piece)
                pieces.put(_DONE)
            except BaseException as error:  # carried over to the thread that reads
                pieces.put(error)

        worker = threading.Thread(target=work, name="vade-chat", daemon=True)
        worker.start()
        try:
            while True:
                raise_if_given_up()
                try:
                    piece = pieces.get(timeout=_LOOK_S)
                except queue.Empty:
                    continue
                if piece is _DONE:
                    return
                if isinstance(piece, BaseException):
                    raise InternalError(f"the chat engine failed: {piece}") from piece
                yield piece
        finally:
            stopped.set()
            worker.join()

    def log_likelihood(self, text: str) -> tuple[float, int]:
        """Return the natural log-probability of a text and how many tokens it is the sum of.

        The text stands where a document begins, without a chat template: after the start token or the
        mark between documents, else its own first token, which is not counted. The model is made to
        write it, token by token, and reports how probable each was among all tokens before anything
        was forced. Takes as long as writing it; longer where characters are split into several tokens.

        Raises:
            LimitError: The text is longer than the context.
        """
        with self._changing, self._slot():
            return self._sum(text)

    def _sum(self, text: str) -> tuple[float, int]:
        pieces = [*self._start, *self._tokenize(text)]
        if len(pieces) > self._context_tokens:
            raise LimitError(
                f"the text is too long for the chat model: {len(pieces)} tokens, "
                f"its context holds {self._context_tokens}."
            )
        tokens = [token for token, _ in pieces]
        total = 0.0
        for whole, run in groupby(range(1, len(tokens)), key=lambda at: _is_text(pieces[at][1])):
            places = list(run)
            if whole:
                forced = tokens[places[0] : places[-1] + 1]
                written = self._write(tokens[: places[0]], forced, logprobs=1)
                total += sum(piece["logprob"] for piece in written)
            else:
                total += sum(self._log_probability(tokens[at], after=tokens[:at]) for at in places)
        return total, max(len(tokens) - 1, 0)

    def _write(self, prompt: list[int], forced: list[int], *, logprobs: int) -> list[dict[str, Any]]:
        """Make the model write these tokens and return its probabilities at each."""
        request = {
            "prompt": prompt,
            "max_tokens": len(forced),
            "grammar": "root ::= " + " ".join(f"<[{token}]>" for token in forced),
            "temperature": 0,
            "logprobs": logprobs,
        }
        reply = self._server.handle_completions(request)
        if "error" in reply:
            raise InternalError(f"the chat engine failed: {reply['error']}")
        content: list[dict[str, Any]] = reply["choices"][0]["logprobs"]["content"]
        if [piece["id"] for piece in content] != forced:
            raise InternalError("the chat engine wrote other tokens than it was made to.")
        return content

    def _log_probability(self, token: int, *, after: list[int]) -> float:
        """Look a token up among the likeliest, at last among all.

        The engine can neither be made to write a token that ends inside a character nor reports its
        probability, so it is made to write another one instead.
        """
        (plain, _), *_ = self._tokenize("a")
        for count in _LOOKED_UP:
            (piece,) = self._write(after, [plain], logprobs=count)
            known = {one["id"]: float(one["logprob"]) for one in piece["top_logprobs"]}
            if token in known:
                return known[token]
        raise InternalError(f"the chat engine does not know its own token {token}.")

    @cached_property
    def _start(self) -> list[_Piece]:
        """What a plain text begins with for this model: its start token, or the mark between documents."""
        own = self._tokenize("", add_special=True)
        mark = self._tokenize(_DOCUMENT_MARK, parse_special=True)
        return own[:1] or (mark if len(mark) == 1 else [])

    def _tokenize(self, text: str, *, add_special: bool = False, parse_special: bool = False) -> list[_Piece]:
        body = {
            "content": text,
            "add_special": add_special,
            "parse_special": parse_special,
            "with_pieces": True,
        }
        tokens = self._ask_port("/tokenize", body)["tokens"]
        return [(token["id"], _to_bytes(token["piece"])) for token in tokens]

    def _ask_port(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the engine's reply on its own port, for what it offers no function for."""
        address = urlsplit(self._server.listening_address)
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        port = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_PORT_TIMEOUT_S)
        try:
            port.request("POST", path, json.dumps(body), headers)
            reply = port.getresponse()
            content: dict[str, Any] = json.loads(reply.read())
        finally:
            port.close()
        if reply.status != http.client.OK:
            raise InternalError(f"the chat engine failed: {content.get('error', content)}")
        return content


def _to_bytes(piece: str | list[int]) -> bytes:
    return piece.encode() if isinstance(piece, str) else bytes(piece)


def _is_text(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _text_of(piece: Mapping[str, Any]) -> Iterator[str]:
    """Yield the text in one piece of the engine's stream, or raise what it reports."""
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


def _spent_in(piece: Mapping[str, Any]) -> Spent | None:
    """Return what the reply took, which the last piece of the engine's stream tells."""
    finish = next((choice.get("finish_reason") for choice in piece.get("choices", ())), None)
    timings = piece.get("timings")
    if finish is None or timings is None:
        return None
    return Spent(
        finish="length" if finish == "length" else "stop",
        prompt_tokens=timings["cache_n"] + timings["prompt_n"],
        cached_tokens=timings["cache_n"],
        written_tokens=timings["predicted_n"],
    )
