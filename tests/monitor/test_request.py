"""`traceparent` headers are read as W3C Trace Context wants, and a request gives its id once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vademecum.monitor.request import IncomingRequest, read_traceparent

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def test_a_good_header_names_a_parent() -> None:
    found = read_traceparent(f"00-{TRACE}-{SPAN}-01")
    assert found is not None
    assert (found.trace_id, found.span_id, found.sampled) == (TRACE, SPAN, True)
    unsampled = read_traceparent(f"00-{TRACE}-{SPAN}-02")
    assert unsampled is not None and not unsampled.sampled
    assert read_traceparent(f"cc-{TRACE}-{SPAN}-01-later") is not None  # a later version may say more


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE[:-1]}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n00",
    ],
)
def test_a_bad_header_names_nobody(header: str) -> None:
    assert read_traceparent(header) is None
    assert IncomingRequest(header).parent is None


@given(st.text(max_size=80))
def test_no_header_breaks_it(header: str) -> None:
    read_traceparent(header)


def test_a_request_gives_its_id_once() -> None:
    request = IncomingRequest()
    first, second, third = request.take_id(), request.take_id(), request.take_id()
    assert first == request.trace_id and len({first, second, third}) == 3


def test_the_answer_names_the_span_of_the_call() -> None:
    request = IncomingRequest(f"00-{TRACE}-{SPAN}-00")
    assert request.traceparent == f"00-{TRACE}-{request.trace_id[16:]}-00"
    alone = IncomingRequest()
    assert alone.traceparent == f"00-{alone.trace_id}-{alone.trace_id[16:]}-01"
