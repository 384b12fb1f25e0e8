"""The scripted day uses what the page of costs says."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from infra.costs import SCRIPTED_DAY, Deployment, change_prices, count_usage, price_usage, sum_usd
from infra.prices import MULTI_REGION, PRICES, Price
from tests.stack import running
from tests.whole.student_day import StudentDay

# The same day while each review told activity by an event of its own and wrote the counts of its course, and
# each attempt wrote the statistics of each question.
BEFORE = replace(SCRIPTED_DAY, reads=514, writes=415, deletes=44)


async def test_the_scripted_day_uses_what_the_page_of_costs_says(tmp_path: Path) -> None:
    async with running(tmp_path) as stack:
        day = StudentDay(stack)
        await day.prepare()
        await day.live()
    used = day.used
    assert (used.reads, used.writes, used.deletes) == (
        SCRIPTED_DAY.reads,
        SCRIPTED_DAY.writes,
        SCRIPTED_DAY.deletes,
    )
    assert (used.requests, used.deliveries) == (SCRIPTED_DAY.requests, SCRIPTED_DAY.deliveries)
    assert (used.events, used.tasks) == (SCRIPTED_DAY.events, SCRIPTED_DAY.tasks)
    assert used.bytes / 1024 <= SCRIPTED_DAY.kib * SCRIPTED_DAY.requests


def test_the_documented_price_of_the_day_is_the_computed_one() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    usage = count_usage(SCRIPTED_DAY, Deployment())
    assert f"{sum_usd(price_usage(usage)) * 100_000:.0f} dollars for 100,000 such days" in documented


@pytest.mark.parametrize("prices", [PRICES, change_prices(MULTI_REGION)], ids=["one region", "multi-region"])
def test_the_operations_of_the_day_cost_at_most_half_of_before(prices: Mapping[str, Price]) -> None:
    now, before = (
        sum(getattr(day, name) * prices[name].usd for name in ("reads", "writes", "deletes"))
        for day in (SCRIPTED_DAY, BEFORE)
    )
    assert now <= before / 2
