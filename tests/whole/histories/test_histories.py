"""Random histories of a student's over the whole product, held to the plain model after each operation.

HISTORIES is the number of them, HISTORY_SEED the first's seed, HISTORY_LENGTH their number of operations. A
failure names the seed and a short history, which HISTORY replays: HISTORY="begin:7 add_card:7 undo:12".
"""

import os
from pathlib import Path

import pytest

from tests.whole.histories.histories import (
    History,
    live,
    print_history,
    read_history,
    shrink,
    write_history,
)
from tests.whole.histories.student import Mismatch


def list_histories() -> dict[str, History]:
    """Return the histories to live, by name."""
    if replay := os.environ.get("HISTORY"):
        return {"replay": read_history(replay)}
    number, first = int(os.environ.get("HISTORIES", "10")), int(os.environ.get("HISTORY_SEED", "1"))
    length = int(os.environ.get("HISTORY_LENGTH", "50"))
    return {f"seed {seed}": write_history(seed, length) for seed in range(first, first + number)}


_HISTORIES = list_histories()


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", _HISTORIES)
async def test_the_product_and_the_plain_model_agree(name: str, tmp_path: Path) -> None:
    history = _HISTORIES[name]
    try:
        await live(history, tmp_path)
    except Mismatch as error:
        short, said = await shrink(history)
        pytest.fail(f'{name}: {said or error}\nHISTORY="{print_history(short)}"\nat first: {error}')
