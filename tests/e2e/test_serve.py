"""`vade serve` as a process: signals, two of them over one workspace."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import vademecum

STORY = {"role": "user", "content": "Write a long story about a river, a garden and a school."}
START_S = 120
"""On a busy machine."""


class Server:
    """A process that serves.

    Attributes:
        url: Where it listens.
        process: The process.
        told: What it wrote to standard error so far.
    """

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "vademecum", "serve", "--port", "0", "-w", str(folder)]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.told: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.url = self._ready_at(time.monotonic() + START_S)

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.told.extend(iter(self.process.stderr.readline, ""))

    def _ready_at(self, deadline: float) -> str:
        url = ""
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "".join(self.told)
            found = re.search(r"http://[\d.:]+", "".join(self.told))
            url = found[0] if found else ""
            if url:
                try:
                    if httpx.get(f"{url}/healthz", timeout=5).status_code == 200:
                        return url
                except httpx.TransportError:
                    pass
            time.sleep(0.05)
        raise AssertionError(f"not ready after {START_S} s: {''.join(self.told)}")

    def stop(self, *signals: signal.Signals) -> int:
        """Send signals, a moment between them, and return how the process ended."""
        for one in signals:
            os.kill(self.process.pid, one)
            time.sleep(0.3)
        code = self.process.wait(60)
        self._reader.join(10)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bell.md").write_text("The bell of the old school rings at noon.\n", "utf-8")
    with vademecum.open(tmp_path / "ws") as workspace:
        workspace.ingest(tmp_path / "bell.md")
    return tmp_path / "ws"


def story(server: Server, *, max_tokens: int) -> Iterator[str]:
    """Yield the pieces of a story, at its end its reason for ending and the end mark."""
    name = httpx.get(f"{server.url}/v1/models").json()["data"][1]["id"]
    body = {"model": name, "messages": [STORY], "stream": True, "max_tokens": max_tokens}
    with httpx.stream("POST", f"{server.url}/v1/chat/completions", json=body, timeout=120) as reply:
        for line in reply.iter_lines():
            if not line.startswith("data: {"):
                yield from [line.removeprefix("data: ")] if line else []
                continue
            (choice,) = json.loads(line.removeprefix("data: "))["choices"]
            yield choice["delta"].get("content") or choice["finish_reason"] or ""


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_end_what_is_running(folder: Path, sent: signal.Signals) -> None:
    server = Server(folder)
    pieces = story(server, max_tokens=8)
    begun = [next(pieces), next(pieces)]
    assert any(begun)
    os.kill(server.process.pid, sent)
    *_, reason, end = pieces
    assert (reason, end) == ("length", "[DONE]"), "the story was told to its end"
    assert server.stop() == 0, server.told
    assert "Finishing what is running" in "".join(server.told)
    assert "Traceback" not in "".join(server.told)


def test_a_second_signal_ends_it_at_once(folder: Path) -> None:
    server = Server(folder)
    pieces = story(server, max_tokens=3_000)
    assert any([next(pieces), next(pieces)])
    began = time.monotonic()
    assert server.stop(signal.SIGINT, signal.SIGINT) == 128 + signal.SIGINT
    assert time.monotonic() - began < 5
    with pytest.raises(httpx.TransportError):
        list(pieces)


def test_two_servers_over_one_workspace(folder: Path) -> None:
    """What one reads in, the other finds; only writing at the same time is refused, by name."""
    first, second = Server(folder), Server(folder)
    try:
        files = {"files": ("gate.md", b"The gate of the garden is painted green.\n")}
        assert httpx.post(f"{first.url}/v1/ingest", files=files, timeout=120).status_code == 200
        for server in (first, second):
            question = {"question": "What colour is the gate of the garden?"}
            answer = httpx.post(f"{server.url}/v1/ask", json=question, timeout=120).json()
            assert "green" in answer["text"], server.url
        talk = httpx.post(
            f"{first.url}/v1/conversations", json={"text": "When does the bell ring?"}, timeout=120
        )
        told = httpx.get(f"{second.url}/v1/conversations/{talk.json()['conversation']}", timeout=60)
        assert len(told.json()["turns"]) == 1
    finally:
        assert [server.stop(signal.SIGTERM) for server in (first, second)] == [0, 0]
