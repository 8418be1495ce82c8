"""Calls are recorded however they end, and a watcher that fails disturbs nobody."""

from __future__ import annotations

import logging

import pytest

from vademecum.errors import QuestionError
from vademecum.monitor import recorded
from vademecum.values import Answer
from vademecum.values.conversation import TraceRecord


def test_a_call_is_recorded_with_its_steps_and_answer() -> None:
    kept: list[TraceRecord] = []
    answer = Answer(text="yes", answered=True, confidence=0.5)
    with recorded([kept.append], kind="ask", asked="Is it?", user="ana", conversation="c") as call:
        with call.recorder.step("dense", hits=2):
            pass
        call.answer = answer
    (record,) = kept
    assert (record.kind, record.asked, record.user, record.conversation) == ("ask", "Is it?", "ana", "c")
    assert record.answer is answer and record.error == ""
    assert record.trace.id == call.recorder.id and len(record.trace.id) == 32
    assert [step.name for step in record.trace.steps] == ["dense"]
    assert record.trace.ms >= record.trace.steps[0].ms


def test_a_call_that_fails_is_recorded_with_what_went_wrong() -> None:
    kept: list[TraceRecord] = []
    with pytest.raises(QuestionError), recorded([kept.append], kind="ask", asked=""):
        raise QuestionError("the question is empty")
    assert kept[0].error == "the question is empty"


def test_a_watcher_that_fails_is_logged_and_the_others_are_told(caplog: pytest.LogCaptureFixture) -> None:
    kept: list[TraceRecord] = []

    def fail(record: TraceRecord) -> None:
        raise OSError("disk full")

    with caplog.at_level(logging.ERROR), recorded([fail, kept.append], kind="search", asked="q"):
        pass
    assert len(kept) == 1
    assert "disk full" in caplog.text
