"""The output of the demo; without a live terminal, as in a CI log, plain lines."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from infra.local.demo.answers import Card
from infra.local.demo.client import OPERATIONS, Step

MAX_COLUMNS = 100
_INDENT = 2
_GAP = re.compile(r"\{\{c\d+::.+?\}\}(?!\})", re.DOTALL)

Show = Callable[[str, int, str], None]


def create_console() -> Console:
    """Create a console on standard output, at most 100 columns wide."""
    width = min(MAX_COLUMNS, shutil.get_terminal_size((MAX_COLUMNS, 24)).columns)
    return Console(file=sys.stdout, width=width, highlight=False, emoji=False)


class Screen:
    """The console with the demo's layout."""

    def __init__(self, target: Console) -> None:
        self._console = target
        self._live = target.is_interactive and target.file.isatty()

    @property
    def width(self) -> int:
        """The columns for text that is indented."""
        return self._console.width - _INDENT

    def show_title(self, text: str) -> None:
        """Show the demo's title."""
        self._console.print(Text(text, style="bold"))

    def begin_step(self, number: int, title: str) -> None:
        """Show the title of a step."""
        self._console.print()
        self._console.rule(Text(f"{number}  {title}", style="bold cyan"), align="left", style="cyan")

    def say(self, text: str, *, style: str = "") -> None:
        """Show text, wrapped and indented."""
        self._print_indented(Text(text, style=style))

    def say_in_one_line(self, text: str) -> None:
        """Show one line, cut to fit."""
        line = Text(text, no_wrap=True)
        line.truncate(self.width, overflow="ellipsis")
        self._print_indented(line)

    def show_problem(self, text: str) -> None:
        """Show why the demo ends."""
        self._console.print()
        self._console.print(Text(text, style="bold red"), soft_wrap=True)

    def show_card(self, number: int, card: Card, source: str) -> None:
        """Show a question, its answer, and the words of the source it stands on."""
        self.show_entry(str(number), render_question(card.question))
        self._print_indented(Text(f"→ {card.answer}", style="green"), more=4)
        if card.citation is not None:
            self._print_indented(Text.assemble(f"“{card.citation.quote}”", (f"  {source}", "dim")), more=4)

    def show_entry(self, label: str, title: str, lines: Sequence[str] = ()) -> None:
        """Show a label and a title, with lines below."""
        self._print_indented(Text(title, style="bold"), more=4, label=f"{label:>2}")
        for line in lines:
            self._print_indented(Text(line), more=4)

    @contextmanager
    def show_waiting(self, text: str) -> Iterator[None]:
        """Show what is being done while nothing else can be shown."""
        if not self._live:
            self.say(text)
            yield
            return
        with self._console.status(text):
            yield

    @contextmanager
    def show_progress(self, names: Sequence[str]) -> Iterator[Show]:
        """Show a bar for each name.

        The function given to the block takes a name, the percentage and the state.
        """
        if not self._live:
            yield self._build_line_progress()
            return
        name_column, state_column = (
            TextColumn("  {task.description:<24}"),
            TextColumn("{task.fields[state]:<12}"),
        )
        columns = (name_column, BarColumn(), TaskProgressColumn(), state_column, TimeElapsedColumn())
        with Progress(*columns, console=self._console) as bars:
            tasks = {name: bars.add_task(name, total=100, state="waiting") for name in names}

            def show(name: str, percentage: int, state: str) -> None:
                bars.update(tasks[name], completed=percentage, state=state)

            yield show

    def _build_line_progress(self) -> Show:
        shown: dict[str, tuple[int, str]] = {}

        def show(name: str, percentage: int, state: str) -> None:
            if shown.get(name) != (percentage, state):
                shown[name] = (percentage, state)
                filled = percentage // 5
                self.say(f"{name:<24} [{'#' * filled}{'.' * (20 - filled)}] {percentage:>3} %  {state}")

        return show

    def show_chart(self, title: str, chart: str, legend: Sequence[str] = ()) -> None:
        """Show a chart with its title and its legend."""
        self._console.print()
        self.say(title, style="bold")
        for line in [*chart.splitlines(), *legend]:
            self._print_indented(Text(line, no_wrap=True))

    def show_summary(self, steps: Sequence[Step]) -> None:
        """Show a table of what each step did and cost."""
        table = Table(show_footer=True, width=self._console.width, title_justify="left")
        totals = {name: str(sum(step.cost[name] for step in steps)) for name in OPERATIONS}
        table.add_column("Step", "Total", no_wrap=True)
        table.add_column("What was done", "", ratio=1)
        table.add_column("Time", f"{sum(step.seconds for step in steps):.1f} s", justify="right")
        table.add_column("Calls", str(sum(step.calls for step in steps)), justify="right")
        for name, total in totals.items():
            table.add_column(name.capitalize(), total, justify="right")
        for step in steps:
            costs = [str(step.cost[name]) for name in totals]
            table.add_row(step.title, step.outcome, f"{step.seconds:.1f} s", str(step.calls), *costs)
        self._console.print()
        self._console.print(table)
        self.say(
            "Reads, writes and deletes are billed store operations, from each answer's X-Store-Cost header;"
            " those of the stack's background work are not counted."
        )

    def show_farewell(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show what to do next, each with its command or address."""
        label_width = max(len(label) for label, _ in rows)
        self._console.print()
        for label, instruction in rows:
            line = Text.assemble(" " * _INDENT, (label.ljust(label_width), "bold"), f"  {instruction}")
            self._console.print(line, soft_wrap=True)

    def _print_indented(self, text: Text, *, more: int = 0, label: str = "") -> None:
        """Print the text in lines that fit; the label stands in the margin of the first."""
        margin = _INDENT + more
        before = Text(" " * _INDENT + label, style="dim")
        for line in text.wrap(self._console, self._console.width - margin):
            line.rstrip()
            before.pad_right(margin - len(before))
            self._console.print(before.append_text(line), no_wrap=True)
            before = Text()


def render_question(question: str) -> str:
    """Return the question as a learner sees it, with the gaps of a cloze card left open."""
    return _GAP.sub("[…]", question)
