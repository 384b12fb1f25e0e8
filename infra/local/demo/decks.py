"""The cards as an Anki package, which the learner may use elsewhere."""

import sqlite3
import zipfile
from contextlib import closing
from io import BytesIO

from infra.local.demo.client import DemoFailed
from infra.local.demo.generation import FLASHCARDS
from infra.local.demo.journey import Journey
from infra.local.demo.review_answers import DeckImported

PACKAGE = "aksio-demo.apkg"
COLLECTION = "collection.anki2"


async def export_deck(journey: Journey) -> str:
    """Export the course's cards, count what the file holds, and import it again, which must add nothing."""
    params = {"course": journey.course, "format": "apkg"}
    exported = await journey.client.send("GET", f"{FLASHCARDS}export/", params=params)
    file = journey.files[0].parent / PACKAGE
    file.write_bytes(exported.content)
    cards, reviews = _count_contents(exported.content)
    size = f"{len(exported.content) / 1024:.0f} KiB"
    journey.screen.say(f"{file}, {size}: {cards} cards with their schedules and {reviews} reviews")
    again = await journey.client.ask(
        DeckImported,
        "POST",
        f"{FLASHCARDS}import/",
        data={"course": journey.course},
        files={"file": (PACKAGE, exported.content)},
    )
    journey.screen.say(f"Imported again: {again.imported} new, {again.skipped} already there")
    return f"{cards} cards as .apkg, {size}; imported again, {again.imported} are new"


def _count_contents(package: bytes) -> tuple[int, int]:
    """Count the cards and reviews in the package. Raises DemoFailed."""
    try:
        with zipfile.ZipFile(BytesIO(package)) as parts, closing(sqlite3.connect(":memory:")) as collection:
            collection.deserialize(parts.read(COLLECTION))
            counts = "SELECT (SELECT count(*) FROM cards), (SELECT count(*) FROM revlog)"
            cards, reviews = collection.execute(counts).fetchone()
    except (KeyError, zipfile.BadZipFile, sqlite3.Error) as error:
        raise DemoFailed(f"The export is no Anki package: {error}") from error
    return cards, reviews
