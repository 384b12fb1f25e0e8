"""Following the delivery of an event or a task: its trace, log fields, cost, and one log line."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shared.logs import log_delivery, use_log_fields
from shared.messages import EventEnvelope, Postponed, TaskEnvelope
from shared.store.meter import Meter, use_meter
from shared.trace import parse_trace

if TYPE_CHECKING:
    from shared.services import Services

log = logging.getLogger(__name__)


@contextmanager
def follow_delivery(
    services: "Services",
    envelope: EventEnvelope | TaskEnvelope,
    *,
    group: str,
    attempt: int | None,
    consumer: str | None = None,
) -> Iterator[None]:
    """Follow the block under the trace of the request that sent the message. Raises what the block raises."""
    task = envelope.name if isinstance(envelope, TaskEnvelope) else None
    name, user = task or consumer or "", envelope.data.get("user")
    trace = parse_trace(envelope.trace, request_id=envelope.request_id)
    outcome, meter, started = "done", Meter(), time.perf_counter()
    fields = {
        "group": group or None,
        "task": task,
        "consumer": consumer,
        "attempt": attempt,
        "user": user if isinstance(user, str) else None,
    }
    span = f"{'run' if task else 'consume'} {name}"
    with services.recorder.record(span, trace, kind="consumer") as attributes, use_log_fields(**fields):
        try:
            with use_meter(meter):
                yield
        except Postponed:
            outcome = "postponed"
            raise
        except Exception:
            outcome = "failed"
            log.exception("%s failed on %s", name, envelope.id)
            raise
        finally:
            attributes |= {"aksio.group": group, "aksio.outcome": outcome, "aksio.message_id": envelope.id}
            log_delivery(
                name,
                message_id=envelope.id,
                outcome=outcome,
                milliseconds=(time.perf_counter() - started) * 1000,
                spent=meter,
            )
