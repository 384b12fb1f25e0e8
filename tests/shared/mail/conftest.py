import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.clock import ManualClock
from shared.mail.ses import SesMailer
from tests.shared.mail.ses import ses_mailer


@pytest.fixture(scope="session")
def ses_url() -> Iterator[str]:
    """SES as moto plays it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def ses(ses_url: str) -> Iterator[SesMailer]:
    """Building the vendor's client takes a quarter of a second: tests share one."""
    mailer = ses_mailer(ses_url, clock=ManualClock(datetime(2026, 3, 1, 12, 0, tzinfo=UTC)))
    yield mailer
    asyncio.run(mailer.aclose())
