"""The measuring of many generations at once, with a model that is quick."""

from pathlib import Path

import pytest

from infra.concurrency import measure_seconds


@pytest.mark.slow
async def test_every_number_of_generations_is_measured(tmp_path: Path) -> None:
    one, three = await measure_seconds(tmp_path, [1, 3], model=0.01)
    assert min(one, three) > 0.01
