"""The calls of one workspace: kept in its state store, sent where that is wished, told to those who watch.

Use: `with Calls(config, state=workspace.state, watchers=[]).recorded(kind="ask", asked=question): ...`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from vademecum.config import Config
from vademecum.errors import ConfigError
from vademecum.monitor.record import Call, Watcher, recorded
from vademecum.monitor.retention import Pruner
from vademecum.monitor.sender import Sender, Target
from vademecum.values.conversation import ANYONE

if TYPE_CHECKING:
    from vademecum.stores.state import State

NOT_KEPT = ("embed",)
"""Kinds of calls that are only watched: many, and nobody rates them."""


class Calls:
    """See the module.

    Args:
        config: Says what is kept, for how long, and where else it goes.
        state: Gives the state store.
        watchers: Told of each call too; may change at any time.

    Raises:
        ConfigError: `monitor.otlp_url` is no URL, or holds a password.
    """

    def __init__(self, config: Config, *, state: Callable[[], State], watchers: list[Watcher]) -> None:
        self._config, self._state, self._watchers = config, state, watchers
        _check_url(config.monitor.otlp_url)
        self._lock = threading.Lock()
        self._sender: Sender | None = None
        self._pruner: Pruner | None = None

    def recorded(
        self, *, kind: str, asked: str, user: str = ANYONE, conversation: str = ""
    ) -> AbstractContextManager[Call]:
        """Record what happens in a block; see `monitor.recorded`."""
        watchers: list[Watcher] = []
        if self._config.state.traces and kind not in NOT_KEPT:
            watchers += [self._state().traces.add, self._pruning().watch]
        watchers += self._watchers
        if self._config.monitor.otlp_url:
            watchers.append(self._sending().send)
        return recorded(watchers, kind=kind, asked=asked, user=user, conversation=conversation)

    @property
    def sent(self) -> dict[str, int]:
        """How many calls were sent out, and how many could not be."""
        return dict(self._sender.counts) if self._sender else {}

    def close(self) -> None:
        """Send what is left, for a short while, and let go."""
        with self._lock:
            for part in (self._pruner, self._sender):
                if part is not None:
                    part.close()
            self._pruner = self._sender = None

    def _pruning(self) -> Pruner:
        with self._lock:
            if self._pruner is None:
                settings = self._config.state
                self._pruner = Pruner(
                    lambda: self._state().traces.prune(days=settings.traces_days, most=settings.traces_most)
                )
            return self._pruner

    def _sending(self) -> Sender:
        with self._lock:
            if self._sender is None:
                self._sender = Sender(self._target)
            return self._sender

    def _target(self) -> Target:
        from vademecum.monitor.otlp import OtlpTarget

        settings = self._config.monitor
        engine = urlsplit(self._config.answer.engine)
        port = engine.port or (443 if engine.scheme == "https" else 80)
        server = (engine.hostname, port) if engine.hostname else None
        return OtlpTarget(settings.otlp_url, contents=settings.contents, server=server)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ConfigError(
            f"monitor.otlp_url = {url!r}: the URL of an OTLP/HTTP endpoint is needed, such as http://127.0.0.1:4318."
        )
    if parts.password:
        raise ConfigError(
            "monitor.otlp_url holds a password. Put it into OTEL_EXPORTER_OTLP_HEADERS, such as"
            " 'authorization=Bearer%20KEY'."
        )
