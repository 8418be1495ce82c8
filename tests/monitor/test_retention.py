"""Old traces go in the background: a call only looks at the clock, and what fails is tried again."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import pytest

import vademecum
from vademecum.monitor import retention
from vademecum.monitor.retention import Pruner
from vademecum.values import Trace
from vademecum.values.conversation import TraceRecord

RECORD = TraceRecord(kind="ask", user="", conversation="", asked="?", trace=Trace())


def test_a_call_does_not_wait_for_it_and_close_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "PAUSE_S", 0.001)
    begun, free = threading.Event(), threading.Event()
    rounds = []

    def prune() -> int:
        rounds.append(threading.current_thread().name)
        begun.set()
        free.wait(5)
        return 1

    pruner = Pruner(prune)
    began = time.perf_counter()
    for _ in range(3):
        pruner.watch(RECORD)
    assert time.perf_counter() - began < 1.0
    assert begun.wait(5) and len(rounds) == 1  # once in a while, not once a call
    free.set()
    pruner.close()
    ended = len(rounds)
    time.sleep(0.02)
    assert len(rounds) == ended and set(rounds) == {"vade-pruner"}


def test_a_failure_is_logged_and_the_next_round_comes(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "EVERY_S", 0.0)
    tried = []

    def prune() -> int:
        tried.append(1)
        raise OSError("disk full")

    pruner = Pruner(prune)
    with caplog.at_level(logging.ERROR):
        for expected in (1, 2):
            pruner.watch(RECORD)
            deadline = time.monotonic() + 5
            while len(tried) < expected and time.monotonic() < deadline:
                time.sleep(0.005)
    pruner.close()
    assert len(tried) == 2 and "disk full" in caplog.text


def test_a_workspace_keeps_as_many_as_its_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "EVERY_S", 0.0)
    with vademecum.open(tmp_path / "ws", config={"state.traces_most": 5}) as workspace:
        for _ in range(20):
            with workspace.recorded(kind="ask", asked="?"):
                pass
        deadline = time.monotonic() + 10
        while len(workspace.state().traces.list()) > 5 and time.monotonic() < deadline:
            with workspace.recorded(kind="ask", asked="?"):
                time.sleep(0.05)
        assert 1 <= len(workspace.state().traces.list()) <= 6
