"""`python -m tests.mutants [WORD]`: put each fault of the table into a copy of the sources and run its tests.

Two at a time. WORD chooses the faults whose file or effect has it. The exit status is 1 where the tests
notice fewer than 90 % of the faults, or where one cannot be tried.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Literal

from tests.mutants.mutation import ROOT, Mutation, mutate
from tests.mutants.table import MUTATIONS

REQUIRED_SHARE = 0.9
_WORKERS = 2
_TIMEOUT_SECONDS = 180  # of the tests of one fault
_FOLDERS = ("functions", "shared", "infra", "tests", "docs", "terraform")
_TESTS_FAILED, _TESTS_PASSED = 1, 0  # pytest's exit status

Outcome = Literal["killed", "survived", "failed"]


@dataclass(frozen=True)
class Trial:
    """The tests of a fault: `killed` if one failed, `failed` if they could not be run."""

    mutation: Mutation
    outcome: Outcome
    seconds: float
    output: str


def copy_sources(target: Path) -> None:
    """Copy what tests need, compiled by content: files change faster than the seconds of their times."""
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy2(file, target)
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash"]
    subprocess.run([*command, "functions", "shared", "infra", "tests"], cwd=target, check=True)


def run_tests(folder: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Run the tests until one fails; return pytest's exit status and its output."""
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command, cwd=folder, timeout=_TIMEOUT_SECONDS, capture_output=True, text=True, check=False
        )
    except subprocess.TimeoutExpired:
        return _TESTS_FAILED, f"no end within {_TIMEOUT_SECONDS} seconds"
    return done.returncode, done.stdout + done.stderr


def try_mutation(folder: Path, mutation: Mutation) -> Trial:
    """Put the fault into the copy, run its tests, and take it out again."""
    file, started = folder / mutation.file, time.monotonic()
    source = file.read_text(encoding="utf-8")
    file.write_text(mutate(mutation, source), encoding="utf-8")
    try:
        status, output = run_tests(folder, mutation.tests)
    finally:
        file.write_text(source, encoding="utf-8")
    outcomes: dict[int, Outcome] = {_TESTS_FAILED: "killed", _TESTS_PASSED: "survived"}
    return Trial(mutation, outcomes.get(status, "failed"), time.monotonic() - started, output)


def try_all(mutations: Sequence[Mutation], folder: Path) -> list[Trial]:
    """Try each in one of the copies under `folder`, with a line of progress for each."""
    free: SimpleQueue[Path] = SimpleQueue()
    for number in range(_WORKERS):
        copy_sources(folder / str(number))
        free.put(folder / str(number))
    tests = sorted({path for mutation in mutations for path in mutation.tests})
    print(f"[aksio] running the {len(tests)} files of tests without any fault", flush=True)
    status, output = run_tests(folder / "0", tests)
    if status != _TESTS_PASSED:
        raise SystemExit(f"{output}\n[aksio] the tests fail without any fault: mend that first")
    trials: list[Trial] = []

    def work(mutation: Mutation) -> None:
        copy = free.get()
        try:
            trial = try_mutation(copy, mutation)
        finally:
            free.put(copy)
        trials.append(trial)
        place = f"{len(trials)}/{len(mutations)}"
        print(
            f"[aksio] {place:>7} {trial.outcome:8} {trial.seconds:5.1f} s  "
            f"{mutation.file.removesuffix('.py')}: {mutation.effect}",
            flush=True,
        )

    with ThreadPoolExecutor(_WORKERS) as pool:
        list(pool.map(work, mutations))
    return trials


def summarise(trials: Sequence[Trial]) -> bool:
    """Print the rate of each area and what was not killed; return whether it is enough."""
    for area in sorted({trial.mutation.area for trial in trials}):
        outcomes = [trial.outcome for trial in trials if trial.mutation.area == area]
        print(f"[aksio] {outcomes.count('killed'):3} of {len(outcomes):3} killed in {area}")
    for trial in trials:
        if trial.outcome != "killed":
            mutation = trial.mutation
            print(f"[aksio] {trial.outcome}: {mutation.file}: {mutation.effect}")
            print(f"          {mutation.text!r} → {mutation.replacement!r}")
        if trial.outcome == "failed":
            print(trial.output[-2000:])
    killed = sum(trial.outcome == "killed" for trial in trials)
    share = killed / len(trials)
    print(f"[aksio] {killed} of {len(trials)} killed, {share:.0%}; {REQUIRED_SHARE:.0%} are required")
    return share >= REQUIRED_SHARE and all(trial.outcome != "failed" for trial in trials)


def main() -> int:
    """Try the chosen faults; the exit status is 1 where too few are killed."""
    word = sys.argv[1] if len(sys.argv) > 1 else ""
    chosen = [each for each in MUTATIONS if word in each.file or word in each.effect]
    if not chosen:
        print(f"[aksio] no fault has {word!r} in its file or effect", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        return 0 if summarise(try_all(chosen, Path(folder))) else 1


if __name__ == "__main__":
    sys.exit(main())
