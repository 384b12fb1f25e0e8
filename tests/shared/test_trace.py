"""Traces are read from the headers of proxies, and a malformed one begins anew."""

import pytest

from shared.trace import Trace, get_trace, parse_trace, read_trace, use_trace

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_a_traceparent_is_read_and_passed_on() -> None:
    trace = read_trace({"traceparent": f"00-{TRACE}-{SPAN}-01"}, request_id="r1")
    assert trace == Trace(TRACE, SPAN, sampled=True, request_id="r1")
    assert trace.parent == f"00-{TRACE}-{SPAN}-01"


def test_the_header_of_google_s_proxies_is_read() -> None:
    assert read_trace({"X-Cloud-Trace-Context": f"{TRACE}/255;o=1"}, request_id="") == Trace(
        TRACE, "00000000000000ff", sampled=True
    )
    assert not read_trace({"X-Cloud-Trace-Context": f"{TRACE}/255"}, request_id="").sampled


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "x" * 5000,
        f"00-{TRACE}-{SPAN}-1",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"01-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE.upper()}-{SPAN}-01",
    ],
)
def test_a_malformed_one_begins_a_trace(malformed: str) -> None:
    first, second = parse_trace(malformed), read_trace({"traceparent": malformed}, request_id="")
    assert first.trace_id != second.trace_id
    assert (len(first.trace_id), first.span_id, first.sampled) == (32, "", False)
    assert parse_trace(first.parent).trace_id == first.trace_id
    assert read_trace({"X-Cloud-Trace-Context": f"{TRACE}/{2**64}"}, request_id="").trace_id != TRACE


def test_a_trace_holds_for_its_block() -> None:
    with use_trace(Trace(TRACE)):
        assert get_trace() == Trace(TRACE)
    assert get_trace() is None
