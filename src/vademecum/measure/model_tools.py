"""The models that metrics of texts may need, each loaded when it is first called."""

from __future__ import annotations

import os
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from vademecum.config import ModelsConfig
from vademecum.evaluate.protocols import MetricTools
from vademecum.models.catalog import find_model
from vademecum.models.embed import Embedder
from vademecum.models.pull import Progress, engine_file

if TYPE_CHECKING:
    from vademecum.models.chat_embedded import EmbeddedChat


def metric_tools(models: ModelsConfig, *, on_pull: Progress | None = None) -> MetricTools:
    """Return the embedded encoder and chat model as metrics call them."""

    loading = Lock()  # metrics call from several threads

    @cache
    def load_embedder() -> Embedder:
        return Embedder.load(models.embed, progress=on_pull)

    def embedder() -> Embedder:
        with loading:
            return load_embedder()

    @cache
    def chat() -> EmbeddedChat:
        from vademecum.models.chat_embedded import EmbeddedChat

        path = engine_file(find_model(models.chat), progress=on_pull)
        return EmbeddedChat(path, threads=models.threads or os.cpu_count() or 1)

    return MetricTools(
        embed_tokens=lambda text: embedder().embed_tokens(text),
        embed_text=lambda text: embedder().embed_passage(text),
        log_likelihood=lambda text: chat().log_likelihood(text),
    )
