"""A `vade serve` of its own that a benchmark asks, looks at from outside, and may kill.

Use: `with Serving(folder, env={"VADE_ANSWER_WRITER": "chat"}) as server: server.post("/v1/ask", {...})`.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import psutil

_START_S = 300
_REPLY_S = 600


class Serving:
    """Starts with the block and is told to stop at its end.

    Args:
        folder: The workspace.
        settings: Configuration keys, such as {"answer.writer": "chat"}.

    Attributes:
        ready_s: Seconds from the start of the process until /healthz answered.
        ready_cpu_s: Seconds of processor time it took until then.
    """

    def __init__(self, folder: Path, settings: Mapping[str, str] | None = None) -> None:
        self._folder = folder
        names = {f"VADE_{key.replace('.', '_').upper()}": value for key, value in (settings or {}).items()}
        self._env = {**os.environ, **names}

    def __enter__(self) -> Self:
        began = time.monotonic()
        self._log = (self._folder / "serving.log").open("w+", encoding="utf-8")
        command = [sys.executable, "-m", "vademecum", "serve", "--port", "0", "-w", str(self._folder)]
        self._process = subprocess.Popen(command, stderr=self._log, env=self._env)
        self._seen = psutil.Process(self._process.pid)
        self.url = self._until_ready(began + _START_S)
        self.ready_s = time.monotonic() - began
        self.ready_cpu_s = self.cpu_s()
        self.client = httpx.Client(
            base_url=self.url, timeout=_REPLY_S, limits=httpx.Limits(max_connections=64)
        )
        models = self.client.get("/v1/models").json()["data"]
        self.chat_name, self.embedder_name = models[1]["id"], models[2]["id"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self._process.terminate()
        code = self._process.wait(120)
        self._log.close()
        if code not in (0, -signal.SIGKILL):
            raise RuntimeError(f"vade serve ended with {code}: {self._said()}")

    def _said(self) -> str:
        return (self._folder / "serving.log").read_text("utf-8")

    def _until_ready(self, deadline: float) -> str:
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"vade serve ended: {self._said()}")
            found = re.search(r"http://[\d.]+:\d+", self._said())
            try:
                if found and httpx.get(f"{found[0]}/healthz", timeout=5).status_code == 200:
                    return found[0]
            except httpx.TransportError:
                pass
            time.sleep(0.02)
        raise RuntimeError("vade serve was not ready in time")

    def kill(self) -> None:
        """End it at once, without a word; the block may then end quietly."""
        self._process.kill()
        self._process.wait()

    def cpu_s(self) -> float:
        """Return the seconds of processor time it took so far."""
        times = self._seen.cpu_times()
        return float(times.user + times.system)

    def memory_bytes(self) -> int:
        """Return what the process and its children hold in memory."""
        held = 0
        for process in [self._seen, *self._seen.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                held += process.memory_info().rss
        return held

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reply to a request."""
        reply: dict[str, Any] = self.client.post(path, json=body).raise_for_status().json()
        return reply

    def ask(self, question: str) -> dict[str, Any]:
        """Return what the chat model read and wrote for an answer: counts of tokens."""
        steps = self.post("/v1/ask", {"question": question})["trace"]["steps"]
        chats = [step for step in steps if step["name"] == "chat"]
        counts = {"input_tokens": 0, "cached_tokens": 0, "output_tokens": 0}
        for step in chats:
            counts = {name: count + step.get(name, 0) for name, count in counts.items()}
        return counts

    def say(self, content: str, *, max_tokens: int) -> dict[str, Any]:
        """Let the chat model itself reply and return the usage."""
        usage: dict[str, Any] = self.post("/v1/chat/completions", self.chat_body(content, max_tokens))[
            "usage"
        ]
        return usage

    def chat_body(self, content: str, max_tokens: int, *, stream: bool = False) -> dict[str, Any]:
        """Return the body of a request to the chat model by its own name."""
        messages = [{"role": "user", "content": content}]
        return {"model": self.chat_name, "messages": messages, "max_tokens": max_tokens, "stream": stream}

    def events(self, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the events of a stream, as they come."""
        with self.client.stream("POST", path, json=body) as reply:
            reply.raise_for_status()
            for line in reply.iter_lines():
                if line.startswith("data: {"):
                    yield json.loads(line.removeprefix("data: "))
