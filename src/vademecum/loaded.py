"""The models that work in a workspace, each loaded when it is first asked for.

Owns which model works (the trained one in use, else what the settings name) and keeps it; what models do
belongs to `models/`.
Use: `LoadedModels(config, models).reader.read(question, passages)`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from vademecum.config import Config
from vademecum.errors import ConfigError, VademecumError
from vademecum.models.catalog import find_model, load_catalog
from vademecum.models.chat import ChatModel
from vademecum.models.check import ClaimChecker
from vademecum.models.embed import Embedder
from vademecum.models.onnx import OnnxModel, model_pool
from vademecum.models.pull import Progress, engine_file, ensure_model
from vademecum.models.read import Reader
from vademecum.models.rerank import CrossEncoder
from vademecum.monitor import EMBEDDED, RecordedChat
from vademecum.release import Models
from vademecum.retrieve.understand import question_reader
from vademecum.text.parsed import Parsed
from vademecum.values import ModelKind, TraceRecorder

T = TypeVar("T")
_QUESTIONS_KEPT = 1_024
_READING = threading.Lock()
"""The parser's strings are shared by all it reads."""


@lru_cache(1)
def _reader_of_questions(name: str, on_pull: Progress | None) -> Callable[[str], Parsed]:
    """Return what reads questions and keeps those it read lately; one for the whole process."""
    from vademecum.models.parse import EnglishParser

    return lru_cache(_QUESTIONS_KEPT)(question_reader(EnglishParser.load(name, progress=on_pull).parse))


class LoadedModels:
    """See the module; several threads may ask, and each model is loaded once.

    Args:
        config: Names the models.
        models: Trained models of the workspace.
        on_pull: Told how far a first download of weights is.
    """

    def __init__(self, config: Config, models: Models, *, on_pull: Progress | None = None) -> None:
        self._config = config
        self._models = models
        self._on_pull = on_pull
        self._loaded: dict[str, Any] = {}
        self._locks: dict[str, threading.Lock] = {}
        model_pool(config.models.threads)

    def name(self, kind: ModelKind, name: str) -> str:
        """Return which model of a kind works here, as `Workspace.model_name` does."""
        current = self._models.current(kind) if name in load_catalog() else None
        return current.id if current else name

    def embedder(self, name: str = "") -> Embedder:
        """Return the embedding model that works here, or the one of this name."""
        name = name or self.name("embedder", self._config.models.embed)
        return self._once(f"embedder {name}", lambda: self._embedder(name))

    def _embedder(self, name: str) -> Embedder:
        card = self._models.find(name)
        if card is None:
            return Embedder.load(name, progress=self._on_pull)
        model = OnnxModel(self._models.files(card))
        return Embedder(model, card.version, query_prefix=find_model(card.base).query_prefix)

    @property
    def reranker(self) -> CrossEncoder:
        """The cross-encoder."""
        models = self._config.models
        return self._once("reranker", lambda: CrossEncoder.open(*self._files("reranker", models.rerank)))

    @property
    def reader(self) -> Reader:
        """What finds the words that answer."""
        models = self._config.models
        return self._once("reader", lambda: Reader.open(*self._files("reader", models.read)))

    @property
    def checker(self) -> ClaimChecker:
        """What judges claims."""
        models = self._config.models
        return self._once("checker", lambda: ClaimChecker.open(self._files("checker", models.check)[0]))

    def read_question(self, text: str) -> Parsed:
        """Return the grammar of a question.

        `load` starts to load what reads it and does not wait: only follow-ups need it.
        """
        with _READING:
            return _reader_of_questions(self._config.models.parse, self._on_pull)(text)

    @property
    def chat(self) -> ChatModel:
        """What writes.

        Raises:
            ConfigError: The engine is a server and no model is named.
        """
        return self._once("chat", self._chat)

    def _chat(self) -> ChatModel:
        settings = self._config.answer
        if settings.engine != "embedded":
            from vademecum.models.chat_endpoint import EndpointChat

            if not settings.model:
                raise ConfigError(f"The server {settings.engine} needs a model name: add --model NAME.")
            return EndpointChat(
                settings.engine,
                settings.model,
                api_key_env=settings.api_key_env,
                timeout_s=settings.timeout_s,
            )
        from vademecum.models.chat_embedded import EmbeddedChat

        entry = find_model(self._config.models.chat)
        path = engine_file(entry, progress=self._on_pull)
        models = self._config.models
        return EmbeddedChat(
            path,
            threads=models.threads or os.cpu_count() or 1,
            slots=models.chat_slots,
            adapter=self._adapter(entry.name),
        )

    @property
    def chat_name(self) -> str:
        """Name of what writes."""
        settings = self._config.answer
        return self._config.models.chat if settings.engine == "embedded" else settings.model

    def recorded_chat(self, recorder: TraceRecorder) -> ChatModel:
        """Return what writes, such that its replies become steps."""
        embedded = self._config.answer.engine == "embedded"
        provider = EMBEDDED if embedded else "openai"  # whose API the server speaks
        return RecordedChat(self.chat, recorder, model=self.chat_name, provider=provider)

    def load(self) -> None:
        """Load everything that answers may need, side by side."""
        kinds: tuple[Callable[[], object], ...] = (
            lambda: self.chat,
            self.embedder,
            lambda: self.reranker,
            lambda: self.reader,
            lambda: self.checker,
        )
        with ThreadPoolExecutor(len(kinds), thread_name_prefix="vade-load") as threads:
            for loaded in [threads.submit(kind) for kind in kinds]:
                loaded.result()

    def load_beside(self) -> None:
        """Load in the background what answers can begin without."""
        threading.Thread(target=self._load_parser, daemon=True).start()

    def _once(self, name: str, load: Callable[[], T]) -> T:
        with self._locks.setdefault(name, threading.Lock()):
            if name not in self._loaded:
                self._loaded[name] = load()
            found: T = self._loaded[name]
            return found

    def _load_parser(self) -> None:
        with suppress(VademecumError):  # whoever needs it is told
            self.read_question("Why?")

    def _files(self, kind: ModelKind, name: str) -> tuple[Path, str]:
        """Return the folder and the version of the model of a kind that works here."""
        name = self.name(kind, name)
        card = self._models.find(name)
        if card is not None:
            return self._models.files(card), card.version
        entry = find_model(name)
        return ensure_model(entry, progress=self._on_pull), entry.version

    def _adapter(self, base: str) -> Path | None:
        """Return the file of the adapter in use, where it was trained for this chat model."""
        card = self._models.current("lora")
        if card is None or card.base != base:
            return None
        return self._models.files(card) / "adapter.gguf"
