"""Imports of decks beside those by Anki's own library: processor time and memory, of the same files.

Each import has a process of its own; what it takes to start and to sign up is not counted.
"""

import asyncio
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from functions.assessments.flashcards.decks.anki_schema import SCHEMA, build_column
from functions.assessments.flashcards.decks.models import CardTemplate, FieldType, NoteType
from functions.assessments.flashcards.decks.work import DeckImport
from shared.jobs.work import Run, complete
from shared.published.courses import COURSE_SUMMARIES, CourseSummary
from shared.services import Services
from shared.settings import Settings

ROOT = Path(__file__).parents[1]
_CREATED = datetime(2025, 1, 1, tzinfo=UTC)
_BASIC = NoteType(
    id="1", anki_id=1_500_000_000_001, name="Vocabulary",
    fields=(FieldType(name="Front"), FieldType(name="Back"), FieldType(name="Picture")),
    templates=(
        CardTemplate(
            name="Card 1",
            question="<div class=front>{{Front}}</div>",
            answer="{{FrontSide}}<hr id=answer>{{Back}}{{#Picture}}<br>{{Picture}}{{/Picture}}",
        ),
    ),
)  # fmt: skip
_WORDS = Path(__file__).parent.joinpath("local/demo/documents")


@dataclass(frozen=True)
class DeckShape:
    """The numbers of what a sample deck has; each picture is shown by one note."""

    notes: int
    answers: int = 0  # of each card
    pictures: int = 0
    picture_bytes: int = 16_000


@dataclass(frozen=True)
class Figures:
    """The cost of one import: seconds of the processor and of the clock, and the process's peak memory."""

    processor_seconds: float
    seconds: float
    peak_bytes: int
    cards: int


LARGE = DeckShape(30_000, pictures=5_000)
SHAPES = {
    "5,000 notes": DeckShape(5_000),
    "1,500 notes with ten answers each": DeckShape(1_500, answers=10),
    "1,000 notes with a picture each": DeckShape(1_000, pictures=1_000),
    "30,000 notes, 5,000 pictures": LARGE,
}
_ROUNDS = 3


def measure_decks(folder: Path) -> Iterator[tuple[str, int, Figures, Figures]]:
    """Yield for each shape its name, the bytes of its file, and the best figures of Anki and of Aksio."""
    for name, shape in SHAPES.items():
        file = folder / f"{name}.apkg"
        write_deck(file, shape)
        rounds = 1 if shape == LARGE else _ROUNDS
        pairs = [(measure_import("anki", file), measure_import("aksio", file)) for _ in range(rounds)]
        best = [min(each, key=lambda figures: figures.processor_seconds) for each in zip(*pairs, strict=True)]
        yield name, file.stat().st_size, best[0], best[1]


def write_deck(file: Path, shape: DeckShape) -> None:
    """Write a package of this shape, the same each time."""
    chance = random.Random(7)  # noqa: S311 - repeatable on purpose
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(_write_collection(Path(folder), shape, chance), "collection.anki2")
        archive.writestr("media", json.dumps({str(n): f"picture-{n}.png" for n in range(shape.pictures)}))
        for number in range(shape.pictures):
            content = b"\x89PNG\r\n\x1a\n" + chance.randbytes(shape.picture_bytes)
            archive.writestr(str(number), content, zipfile.ZIP_STORED)


def measure_import(importer: str, file: Path) -> Figures:
    """Import the file by the importer, `aksio` or `anki`, in a process of its own."""
    command = [sys.executable, "-m", "infra.decks", importer, str(file)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603
    return Figures(**json.loads(done.stdout.splitlines()[-1]))


def _write_collection(folder: Path, shape: DeckShape, chance: random.Random) -> Path:
    file = folder / "collection.anki2"
    db = sqlite3.connect(file)
    db.executescript(SCHEMA)
    decks = {"Default": 1, "Languages": 6, "Languages::French": 7}
    settings = build_column(
        {_BASIC.anki_id: _BASIC}, decks, started=_CREATED, now=_CREATED, zone=ZoneInfo("UTC")
    )
    db.execute("INSERT INTO col VALUES (1, ?, ?, ?, 11, 0, 0, 0, ?, ?, ?, ?, '{}')", settings)
    for rows in _list_rows(shape, _list_words(), chance):
        for table, row in rows:
            db.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)  # noqa: S608
    db.commit()
    db.close()
    return file


def _list_words() -> list[str]:
    texts = [file.read_text("utf-8") for file in sorted(_WORDS.glob("*.md"))]
    return [word for text in texts for word in text.split() if word.isalpha()]


def _list_rows(
    shape: DeckShape, words: list[str], chance: random.Random
) -> Iterator[list[tuple[str, tuple[object, ...]]]]:
    """Yield the rows of each note: its own, that of its card, and those of the answers."""
    created = int(_CREATED.timestamp())
    for number in range(1, shape.notes + 1):
        said = [" ".join(chance.choices(words, k=length)) for length in (8, 5, 12)]
        back = f"<b>{said[1]}</b><br><ul><li>{said[2]}</li><li>nbsp&nbsp;{number}</li></ul>"
        picture = f'<img src="picture-{number - 1}.png">' if number <= shape.pictures else ""
        fields = "\x1f".join((f"{said[0]}, number {number}?", back, picture))
        key = 1_600_000_000_000 + number
        rows: list[tuple[str, tuple[object, ...]]] = [
            ("notes", (key, f"guid-{number}", _BASIC.anki_id, created, -1, " french words ", fields, said[0],
                       number, 0, ""))
        ]  # fmt: skip
        studied = (2, 2, 90, 30, 2500, shape.answers) if shape.answers else (0, 0, number, 0, 0, 0)
        rows.append(("cards", (key, key, 7, 0, created, -1, *studied, 0, 0, 0, 0, 0, "{}")))
        for day in range(shape.answers):
            at = (created + 86_400 * day + number) * 1000
            rows.append(("revlog", (at, key, -1, 3, day + 1, day, 2500, 4000, 1)))
        yield rows


def _import_by_anki(file: Path, folder: Path) -> Figures:
    from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

    collection = Collection(str(folder / "own.anki2"))
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    stopwatch = _Stopwatch()
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(file), options=options))
    figures = stopwatch.stop(collection.card_count())
    collection.close()
    return figures


async def _import_by_aksio(file: Path, folder: Path) -> Figures:
    services = Services(Settings(data_dir=folder))
    summary = CourseSummary.model_construct(id="french", name="French")
    await services.store.put(COURSE_SUMMARIES.doc("french", user="ada"), summary)
    with file.open("rb") as opened:
        work = DeckImport.of("french", opened, file.name, timezone="UTC")
        stopwatch = _Stopwatch()
        done = await complete(work, Run(services, "ada", services.ids.new()))
        figures = stopwatch.stop(done.imported)
    await services.aclose()
    return figures


class _Stopwatch:
    """Seconds of the processor, in all threads, and of the clock, since it was made."""

    def __init__(self) -> None:
        self._processor, self._clock = time.process_time(), time.perf_counter()

    def stop(self, cards: int) -> Figures:
        return Figures(
            processor_seconds=time.process_time() - self._processor,
            seconds=time.perf_counter() - self._clock,
            peak_bytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
            cards=cards,
        )


def main(importer: str, file: str) -> None:
    """Import the file and print the figures as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        if importer == "anki":
            figures = _import_by_anki(Path(file), Path(folder))
        else:
            figures = asyncio.run(_import_by_aksio(Path(file), Path(folder)))
    print(json.dumps(asdict(figures)))


if __name__ == "__main__":
    main(*sys.argv[1:])
