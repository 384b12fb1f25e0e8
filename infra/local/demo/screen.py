"""Everything the demo shows; where nobody watches live, as in a CI log, lines and no cursor tricks."""

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

WIDEST = 100
_INDENT = 2
_GAP = re.compile(r"\{\{c\d+::.+?\}\}(?!\})", re.DOTALL)

Show = Callable[[str, int, str], None]


def console() -> Console:
    """On standard output, at most 100 columns wide."""
    width = min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)
    return Console(file=sys.stdout, width=width, highlight=False, emoji=False)


class Screen:
    def __init__(self, target: Console) -> None:
        self._console = target
        self._live = target.is_interactive and target.file.isatty()

    @property
    def width(self) -> int:
        """Columns for what `show` indents."""
        return self._console.width - _INDENT

    def title(self, text: str) -> None:
        self._console.print(Text(text, style="bold"))

    def step(self, number: int, title: str) -> None:
        self._console.print()
        self._console.rule(Text(f"{number}  {title}", style="bold cyan"), align="left", style="cyan")

    def say(self, text: str, *, style: str = "") -> None:
        """A line or more, wrapped and indented."""
        self._indented(Text(text, style=style))

    def short(self, text: str) -> None:
        """One line, cut where it is too long."""
        line = Text(text, no_wrap=True)
        line.truncate(self.width, overflow="ellipsis")
        self._indented(line)

    def problem(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(text, style="bold red"), soft_wrap=True)

    def card(self, number: int, card: Card, source: str) -> None:
        """A question, its answer, and the words of the source it stands on."""
        self.entry(str(number), asked(card.question))
        self._indented(Text(f"→ {card.answer}", style="green"), more=4)
        if card.citation is not None:
            self._indented(Text.assemble(f"“{card.citation.quote}”", (f"  {source}", "dim")), more=4)

    def entry(self, label: str, title: str, lines: Sequence[str] = ()) -> None:
        """A title with a label before it, and what belongs to it below."""
        self._indented(Text(title, style="bold"), more=4, label=f"{label:>2}")
        for line in lines:
            self._indented(Text(line), more=4)

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """What is being done while nothing else can be shown."""
        if not self._live:
            self.say(text)
            yield
            return
        with self._console.status(text):
            yield

    @contextmanager
    def progress(self, names: Sequence[str]) -> Iterator[Show]:
        """A bar for each name; call what is given with the name, the percentage and the state."""
        if not self._live:
            yield self._progress_lines()
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

    def _progress_lines(self) -> Show:
        shown: dict[str, tuple[int, str]] = {}

        def show(name: str, percentage: int, state: str) -> None:
            if shown.get(name) != (percentage, state):
                shown[name] = (percentage, state)
                filled = percentage // 5
                self.say(f"{name:<24} [{'#' * filled}{'.' * (20 - filled)}] {percentage:>3} %  {state}")

        return show

    def chart(self, title: str, chart: str, legend: Sequence[str] = ()) -> None:
        self._console.print()
        self.say(title, style="bold")
        for line in [*chart.splitlines(), *legend]:
            self._indented(Text(line, no_wrap=True))

    def summary(self, steps: Sequence[Step]) -> None:
        """The table of what each step did and cost."""
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
            "Reads, writes and deletes are billed store operations, as each answer's X-Store-Cost tells them;"
            " what the stack does in the background is not among them."
        )

    def farewell(self, rows: Sequence[tuple[str, str]]) -> None:
        """How to go on: what, and with which command or address."""
        widest = max(len(what) for what, _ in rows)
        self._console.print()
        for what, how in rows:
            line = Text.assemble(" " * _INDENT, (what.ljust(widest), "bold"), f"  {how}")
            self._console.print(line, soft_wrap=True)

    def _indented(self, text: Text, *, more: int = 0, label: str = "") -> None:
        """The text in lines that fit; the label stands in the margin of the first."""
        margin = _INDENT + more
        before = Text(" " * _INDENT + label, style="dim")
        for line in text.wrap(self._console, self._console.width - margin):
            line.rstrip()
            before.pad_right(margin - len(before))
            self._console.print(before.append_text(line), no_wrap=True)
            before = Text()


def asked(question: str) -> str:
    """The question as a learner sees it, with the gaps of a cloze card left open."""
    return _GAP.sub("[…]", question)
