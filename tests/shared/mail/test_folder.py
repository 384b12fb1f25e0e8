from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.clock import ManualClock
from shared.errors import ServiceUnavailable
from shared.mail import Mail
from shared.mail.folder import FolderMailer

CLOCK = ManualClock(datetime(2026, 3, 1, tzinfo=UTC))
MAIL = Mail("k", "ada@example.com", "Your password", "https://aksio.example/reset?token=" + "=" * 200)


def only_file(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


async def test_each_message_is_announced_in_one_line(tmp_path: Path) -> None:
    said: list[str] = []
    await FolderMailer(tmp_path, sender="a@b.example", clock=CLOCK, echo=said.append).send(MAIL)
    path = only_file(tmp_path)
    assert path.suffix == ".eml"
    assert said == [f"mail to ada@example.com: Your password ({path})"]


async def test_a_link_stands_in_the_file_in_one_piece(tmp_path: Path) -> None:
    await FolderMailer(tmp_path, sender="a@b.example", clock=CLOCK, echo=None).send(MAIL)
    path = only_file(tmp_path)
    assert MAIL.text in path.read_text()


async def test_a_failing_disk_is_a_mailer_that_is_not_available(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("no folder")
    with pytest.raises(ServiceUnavailable):
        await FolderMailer(tmp_path / "mail", sender="a@b.example", clock=CLOCK, echo=None).send(MAIL)
