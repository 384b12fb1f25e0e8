"""The demo's output: readable lines without a terminal, bars with one, never wider than allowed."""

from datetime import date, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from infra.local.demo.answers import Card, Citation
from infra.local.demo.charts import describe_curves, draw_forecast, draw_forgetting, estimate_retention
from infra.local.demo.client import Step
from infra.local.demo.review_answers import ForecastDay
from infra.local.demo.screen import MAX_COLUMNS, Screen, create_console, render_question

START = date(2026, 3, 2)


class Terminal(StringIO):
    """A file that says somebody looks at it."""

    def isatty(self) -> bool:
        return True


def screen(width: int = MAX_COLUMNS) -> tuple[Screen, StringIO]:
    file = StringIO()
    return Screen(Console(file=file, width=width, highlight=False, emoji=False)), file


def days_with(*due: int) -> list[ForecastDay]:
    return [ForecastDay(date=START + timedelta(days=day), due=count) for day, count in enumerate(due)]


def test_without_a_terminal_progress_is_lines_and_no_line_comes_twice() -> None:
    shown, file = screen()
    with shown.show_progress(["a.pdf", "b.md"]) as show:
        show("a.pdf", 40, "processing")
        show("a.pdf", 40, "processing")
        show("a.pdf", 100, "completed")
    lines = file.getvalue().splitlines()
    assert len(lines) == 2
    assert "[########............]  40 %  processing" in lines[0]
    assert "\x1b" not in file.getvalue()


def test_with_a_terminal_progress_is_a_bar_for_each_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    file = Terminal()
    shown = Screen(Console(file=file, width=90, force_terminal=True))
    with shown.show_waiting("Starting"), shown.show_progress([]):
        pass
    with shown.show_progress(["a.pdf"]) as show:
        show("a.pdf", 100, "completed")
    assert "a.pdf" in file.getvalue()
    assert "completed" in file.getvalue()


def test_what_belongs_to_an_entry_stands_below_its_title_and_beside_its_label() -> None:
    shown, file = screen(width=30)
    shown.show_entry("✓", "Which number is missing from the text?", ["1 of 1"])
    lines = ["   ✓  Which number is missing", "      from the text?", "      1 of 1"]
    assert file.getvalue().splitlines() == lines


def test_a_card_shows_its_quote_in_quotation_marks_with_its_source() -> None:
    shown, file = screen()
    quote = "Stomata are pores [in the epidermis]."
    card = Card(
        id="1",
        question="{{c1::Stomata}} are pores",
        answer="Stomata",
        citation=Citation(document_id="d", quote=quote, page=3),
    )
    shown.show_card(1, card, "cell-energy.pdf, page 3")
    text = file.getvalue()
    assert "1  […] are pores" in text
    assert f"“{quote}”  cell-energy.pdf, page 3" in text


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("What is ATP?", "What is ATP?"),
        ("{{c1::ATP}} and {{c2::ADP::hint}}", "[…] and […]"),
        ("{{c1::\\frac{1}{2}}} of it", "[…] of it"),
    ],
)
def test_gaps_of_a_cloze_are_left_open(question: str, shown: str) -> None:
    assert render_question(question) == shown


def test_the_summary_adds_up_time_calls_and_store_operations() -> None:
    shown, file = screen()
    shown.show_summary(
        [
            Step(
                "Upload", "3 documents", calls=3, seconds=1.25, cost={"reads": 4, "writes": 9, "deletes": 3}
            ),
            Step("Due", "20 cards", calls=1, seconds=0.5, cost={"reads": 21, "writes": 0, "deletes": 0}),
        ]
    )
    total = next(line for line in file.getvalue().splitlines() if "Total" in line)
    assert total.replace("│", "").split() == ["Total", "1.8", "s", "4", "25", "9", "3"]


def test_a_long_line_is_cut_where_it_must_be_short() -> None:
    shown, file = screen(width=30)
    shown.say_in_one_line("x" * 50)
    assert file.getvalue().rstrip() == "  " + "x" * 27 + "…"


def test_the_console_is_never_wider_than_a_hundred_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "240")
    assert create_console().width == MAX_COLUMNS
    monkeypatch.setenv("COLUMNS", "72")
    assert create_console().width == 72


def test_the_forecast_shows_each_day_with_its_number() -> None:
    numbers, *rows, line, weeks = draw_forecast(days_with(0, 20, 1), height=2).splitlines()
    assert numbers.split() == ["·", "20", "1"]
    assert rows == ["   ██", "   ██ ▁▁"]
    assert line == "─" * 9
    assert weeks == "02 Mar"


@given(st.lists(st.integers(0, 99), max_size=31))
def test_the_forecast_fits_and_a_day_with_cards_never_looks_empty(due: list[int]) -> None:
    _, *rows, _, _ = draw_forecast(days_with(*due)).splitlines()
    assert all(len(row) <= 3 * len(due) for row in rows)
    lowest = rows[-1].ljust(3 * len(due))
    assert [lowest[3 * day] != " " for day in range(len(due))] == [count > 0 for count in due]


@given(st.floats(0.5, 400), st.floats(0, 400), st.floats(0.1, 50))
def test_what_is_recalled_only_falls_and_is_ninety_percent_when_due(
    interval: float, day: float, more: float
) -> None:
    assert estimate_retention(0, interval=interval) == 1
    assert estimate_retention(interval, interval=interval) == pytest.approx(0.9)
    assert estimate_retention(day + more, interval=interval) <= estimate_retention(day, interval=interval)


def test_the_forgetting_chart_has_a_marked_curve_for_each_interval_of_its_legend() -> None:
    lines = describe_curves({1: 7, 6: 1})
    assert lines == ["●  7 cards due again after 1 day", "+  1 card due again after 6 days"]
    chart = draw_forgetting([1, 6], width=80)
    assert {line[0] for line in lines} <= set(chart)
    assert max(map(len, chart.splitlines())) <= 80
    assert "\x1b" not in chart
