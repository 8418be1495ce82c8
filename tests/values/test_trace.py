"""Steps know when they began and what they are a part of, also across threads and generators."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from vademecum.errors import EndpointError
from vademecum.values import Step, Trace, TraceRecorder


def test_steps_are_in_the_order_they_began_and_lie_within_each_other() -> None:
    recorder = TraceRecorder()
    with recorder.step("retrieve"):
        with recorder.step("dense", depth=5) as found:
            time.sleep(0.005)
            found["hits"] = 2
        with recorder.step("lexical"):
            pass
    with recorder.step("read"):
        pass
    trace = recorder.trace()
    assert [(step.name, step.number, step.within) for step in trace.steps] == [
        ("retrieve", 1, 0),
        ("dense", 2, 1),
        ("lexical", 3, 1),
        ("read", 4, 0),
    ]
    whole, dense, lexical, read = trace.steps
    assert dense.detail == {"depth": 5, "hits": 2}
    assert None not in (whole.at_ms, dense.at_ms, lexical.at_ms, read.at_ms)
    assert 0 <= whole.at_ms <= dense.at_ms <= dense.at_ms + dense.ms <= lexical.at_ms
    assert lexical.at_ms + lexical.ms <= whole.at_ms + whole.ms <= read.at_ms <= trace.ms
    assert Trace.from_dict(trace.to_dict()).to_dict() == trace.to_dict()
    assert Trace.from_dict(trace.to_dict()).steps[1].within == 1


def test_steps_of_other_threads_run_beside_each_other() -> None:
    recorder = TraceRecorder()
    both = threading.Barrier(2)

    def leg(name: str) -> None:
        with recorder.step(name):
            both.wait(5)
            with recorder.step(f"{name}-inner"):
                both.wait(5)

    threads = [threading.Thread(target=leg, args=(name,)) for name in ("dense", "lexical")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    steps = {step.name: step for step in recorder.trace().steps}
    assert steps["dense"].within == steps["lexical"].within == 0
    assert steps["dense-inner"].within == steps["dense"].number
    assert steps["lexical-inner"].within == steps["lexical"].number
    for one, other in (("dense", "lexical"), ("lexical", "dense")):  # each began before the other ended
        assert (steps[one].at_ms or 0) < (steps[other].at_ms or 0) + steps[other].ms


def test_a_generator_may_end_its_step_late_and_elsewhere() -> None:
    recorder = TraceRecorder()

    def pieces() -> Iterator[int]:
        with recorder.step("chat"):
            yield 1
            yield 2

    with recorder.step("write"):
        read = pieces()
        next(read)
    thread = threading.Thread(target=read.close)
    thread.start()
    thread.join()
    with recorder.step("after"):
        pass
    write, chat, after = recorder.trace().steps
    assert (chat.name, chat.within, after.within) == ("chat", write.number, 0)
    assert "error" not in chat.detail  # who reads may stop


@pytest.mark.parametrize(
    ("error", "name"),
    [(EndpointError("http://h (model 'm') is slow"), "endpoint"), (ValueError("secret"), "ValueError")],
)
def test_a_step_that_fails_names_the_error_without_its_words(error: Exception, name: str) -> None:
    recorder = TraceRecorder()
    with pytest.raises(type(error)), recorder.step("chat"):
        raise error
    assert recorder.trace().steps[0].detail == {"error": name}


def test_steps_kept_by_older_versions_are_read() -> None:
    old = {"id": "a" * 32, "began_at": "2026-01-01T00:00:00.000+00:00", "ms": 5.0}
    trace = Trace.from_dict({**old, "steps": [{"name": "dense", "ms": 1.25, "hits": 3}]})
    assert trace.steps == (Step(name="dense", ms=1.25, detail={"hits": 3}),)
    assert trace.steps[0].to_dict() == {"name": "dense", "ms": 1.25, "hits": 3}
