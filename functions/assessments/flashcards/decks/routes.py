"""Routes for import, export and media: /api/v1/assessments/flashcards/import/ and others."""

from typing import Annotated, Any

from fastapi import File, Query, Response
from fastapi.responses import JSONResponse, StreamingResponse

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.errors import CardNotFound, CourseNotFound
from functions.assessments.flashcards.cards.routes import CARD, CARDS
from functions.assessments.flashcards.cards.store import get_card, get_study_state
from functions.assessments.flashcards.decks import export_work, uploads
from functions.assessments.flashcards.decks.errors import DeckTooLarge, NotADeck, SizeMismatch
from functions.assessments.flashcards.decks.exporting import CONTENT_TYPES, Exported, export_deck, name_file
from functions.assessments.flashcards.decks.media import list_media
from functions.assessments.flashcards.decks.schemas import (
    CardMedia,
    DeckImported,
    DeckUpload,
    NewDeckExport,
    NewDeckUpload,
)
from functions.assessments.flashcards.decks.work import DeckImport
from shared.jobs import Accepted, respond_accepted
from shared.jobs.work import ResponseMode, respond
from shared.language import say, say_size
from shared.objects.names import format_attachment
from shared.settings import Settings
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided, RespondAsync
from shared.web.router import Router
from shared.web.streams import await_first
from shared.web.upload_sessions import FileNotArrived, UploadNotFound, UploadSessionView, view_session

router = Router(tag="decks")

_IMPORT = Cost(
    reads=12,
    writes=9,
    deletes=3,
    reads_per_item=5,
    writes_per_item=5,
    note="items are cards, reviews and media of the file",
)
_EXPORT = Cost(
    reads=8,
    writes=3,
    deletes=1,
    reads_per_item=2,
    note="items are cards, reviews, media",
)
_SCHEMAS: dict[Exported, dict[str, Any]] = {
    "apkg": {"type": "string", "format": "binary"},
    "csv": {"type": "string"},
    "json": {"type": "array", "items": {"type": "object"}},
}


def _get_body_limit(settings: Settings) -> int:
    return settings.upload_body_limit_bytes


def _refuse_large_file(settings: Settings) -> DeckTooLarge:
    return DeckTooLarge(
        say(
            "The file is too large to be sent in one request, which has at most {size};"
            " open an upload session (import_session/) for Anki packages of up to {deck}",
            size=say_size(settings.upload_body_limit_bytes),
            deck=say_size(settings.deck_limit_bytes),
        )
    )


@router.serve(
    "POST",
    f"{CARDS}import/",
    access=USER,
    cost=_IMPORT,
    status=201,
    location=CARDS,
    errors=[CourseNotFound, NotADeck],
    body_limit=_get_body_limit,
    too_large=_refuse_large_file,
    response_model=DeckImported,
    responses={202: {"model": Accepted, "description": "Queued, where `Prefer: respond-async` asked for it"}},
)
async def import_flashcards(
    services: Provided, caller: Caller, body: Annotated[DeckUpload, File()], as_job: RespondAsync
) -> DeckImported | Response:
    """Import an Anki package with its scheduling, reviews and media, a table (CSV or TSV), or our own JSON.

    Rows that cannot be imported are listed and do not hold up the others. Cards that exist already are
    skipped: a second import adds nothing, and one of a newer file adds what is new. Imported reviews count in
    the history of the cards, not as activity or for the streak.
    """
    work = DeckImport.of(body.course, body.file.file, body.file.filename, timezone=caller.timezone)
    return await respond(services, caller, work, ResponseMode(as_job, stream=False))


@router.serve(
    "POST",
    f"{CARDS}import_session/",
    access=USER,
    cost=Cost(reads=4, writes=4, deletes=1),
    status=201,
    location=f"{CARDS}import_session/{{upload_id}}/",
    errors=[CourseNotFound, DeckTooLarge],
)
async def open_deck_upload(services: Provided, caller: Caller, body: NewDeckUpload) -> UploadSessionView:
    """Open an upload session for a deck: a link, valid for an hour, to send it directly to the object store.

    A request can have at most 32 MiB, an Anki package sent this way 2 GiB.
    """
    upload, link = await uploads.open_session(
        services,
        user_id=caller.user_id,
        course_id=body.course,
        file_name=body.file_name,
        size=body.file_size_bytes,
    )
    url = f"{services.settings.base_url}{CARDS}import_session/{upload.id}/complete/"
    return view_session(upload.id, link, complete_url=url)


@router.serve(
    "POST",
    f"{CARDS}import_session/{{upload_id}}/complete/",
    access=USER,
    cost=Cost(reads=5, writes=4, deletes=1),
    status=202,
    errors=[UploadNotFound, FileNotArrived, SizeMismatch, NotADeck, DeckTooLarge],
    response_model=Accepted,
)
async def complete_deck_upload(services: Provided, caller: Caller, upload_id: str) -> JSONResponse:
    """Import the uploaded deck as a job, whose result is that of an import; a repeated call gives the same.

    Pictures, sounds and films of more than 20 MiB, and what the plan has no room for, are named in `errors`.
    """
    job = await uploads.complete_session(services, caller, upload_id=upload_id)
    return respond_accepted(job, services.settings)


@router.serve(
    "GET",
    f"{CARDS}export/",
    access=USER,
    cost=_EXPORT,
    errors=[CourseNotFound],
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The file, as an attachment",
            "content": {kind: {"schema": _SCHEMAS[name]} for name, kind in CONTENT_TYPES.items()},
        },
        202: {"model": Accepted, "description": "Queued, where `Prefer: respond-async` asked for it"},
    },
)
async def export_flashcards(
    services: Provided,
    caller: Caller,
    as_job: RespondAsync,
    course: Annotated[str | None, Query(min_length=1, max_length=200)] = None,
    kind: Annotated[Exported, Query(alias="format")] = "apkg",
) -> Response:
    """Export the cards of a course, or all, with their reviews, as an Anki package, a table or JSON.

    An import of the file restores the same cards. Only packages hold media; in a table, fields without a
    column of their own are in the last one as JSON. A large deck is better exported as a job: with
    `Prefer: respond-async`, or by POST.
    """
    if as_job:
        job = await export_work.start_export(services, caller, course, kind)
        return respond_accepted(job, services.settings)
    if course is not None:
        state = await get_study_state(services.store, caller.user_id)
        await require_courses(services.store, user_id=caller.user_id, courses={course}, state=state)
    deck = export_deck(services, kind, user_id=caller.user_id, course=course, zone=caller.zone)
    name = name_file(kind, services.clock.now())
    return StreamingResponse(
        await await_first(deck),
        media_type=CONTENT_TYPES[kind],
        headers={"Content-Disposition": format_attachment(name)},
    )


@router.serve(
    "POST",
    f"{CARDS}export/",
    access=USER,
    cost=Cost(reads=4, writes=3, deletes=1),
    status=202,
    errors=[CourseNotFound],
    response_model=Accepted,
)
async def create_deck_export(services: Provided, caller: Caller, body: NewDeckExport) -> JSONResponse:
    """Export the cards of a course, or all, as a job.

    Its result has `url`, a link that works for 24 hours, its `expires_at`, and `size_bytes`. A newer export
    of the same course in the same format replaces the file.
    """
    job = await export_work.start_export(services, caller, body.course, body.format)
    return respond_accepted(job, services.settings)


@router.serve(
    "GET",
    f"{CARD}media/",
    access=USER,
    cost=Cost(reads=3, reads_per_item=1, note="an item is a file that the card names"),
    errors=[CardNotFound],
)
async def list_flashcard_media(services: Provided, caller: Caller, card_id: str) -> list[CardMedia]:
    """List the media that an imported card names, as `![](name)` or `[sound:name]`."""
    card = await get_card(services.store, user_id=caller.user_id, card_id=card_id)
    return await list_media(services, user_id=caller.user_id, card=card)
