"""Image occlusion of Anki: cards ask for what is covered in a picture."""

import io
import json
import zipfile
from collections.abc import Iterable

import httpx
import pytest
from PIL import Image

from functions.assessments.flashcards.decks.models import MEDIA, CardTemplate, FieldType, NoteType
from tests.functions.assessments.flashcards.decks.files import Decks, card, collection, note, package
from tests.functions.assessments.learners import CARDS

_WHITE, _ACTIVE, _INACTIVE = (255, 255, 255), (255, 142, 142), (255, 235, 162)
_BUILT_IN = NoteType(
    id="3", anki_id=3, name="Bildverdeckung", cloze=True,
    fields=tuple(FieldType(name=name) for name in ("Occlusion", "Image", "Header", "Back Extra", "Comments")),
    templates=(
        CardTemplate(
            name="Image Occlusion",
            question="{{#Header}}<div>{{Header}}</div>{{/Header}}"
            "<div style='display: none'>{{cloze:Occlusion}}</div>"
            "<div id='image-occlusion-container'>{{Image}}<canvas></canvas></div><script>x</script>",
            answer="{{#Header}}<div>{{Header}}</div>{{/Header}}"
            "<div style='display: none'>{{cloze:Occlusion}}</div>"
            "<div>{{Image}}<canvas></canvas></div>{{#Back Extra}}<div>{{Back Extra}}</div>{{/Back Extra}}",
        ),
    ),
)  # fmt: skip
_ADD_ON = NoteType(
    id="4", anki_id=4, name="Image Occlusion Enhanced",
    fields=tuple(
        FieldType(name=name)
        for name in ("ID (hidden)", "Header", "Image", "Question Mask", "Remarks", "Answer Mask")
    ),
    templates=(
        CardTemplate(
            name="IO Card",
            question="{{#Image}}<div>{{Header}}</div>{{Question Mask}}<div>{{Image}}</div>{{/Image}}",
            answer="{{#Image}}<div>{{Header}}</div>{{Answer Mask}}<div>{{Image}}</div>{{Remarks}}{{/Image}}",
        ),
    ),
)  # fmt: skip


def _picture(kind: str = "PNG", size: tuple[int, int] = (200, 100)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, _WHITE).save(out, kind)
    return out.getvalue()


def _shape(number: int | str, left: str, top: str, more: str = "") -> str:
    return f"{{{{c{number}::image-occlusion:rect:left={left}:top={top}:width=.2:height=.2{more}}}}}<br>"


def _deck(
    occlusion: str, sides: Iterable[int], *, picture: str = "map.png", files: dict[str, bytes] | None = None
) -> bytes:
    fields = (occlusion, f'<img src="{picture}">', "Europe", "more", "")
    cards = [card(10 + side, 1, side=side) for side in sides]
    media = {picture: _picture()} if files is None else files
    return package(collection([note(1, *fields, kind=3)], cards, kinds=(_BUILT_IN,)), media=media)


async def _see(decks: Decks, question: str) -> Image.Image:
    """Return the picture that the question shows."""
    found = next(each for each in await decks.cards() if each.question == question)
    listed = await decks.learner.get(f"{found.id}/media/")
    url = next(each["url"] for each in listed if f"({each['name']})" in question)
    answer: httpx.Response = await decks.learner.stack.http.get(url)
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


async def test_a_card_shows_the_picture_with_its_part_covered(decks: Decks) -> None:
    done = await decks.bring(_deck(_shape(1, ".1", ".1") + _shape(2, ".6", ".6"), (0, 1)))
    assert (done["imported"], done["failed"], done["media"]) == (2, 0, 1)
    first, second = sorted(await decks.cards(), key=lambda each: each.created_at)
    assert first.question.startswith("Europe\n\n![](occlusion-")
    assert first.question != second.question
    assert first.answer == second.answer == "![](map.png)\n\nmore"
    shown = await _see(decks, first.question)
    assert shown.size == (200, 100)
    assert [shown.getpixel(at) for at in ((40, 20), (140, 70), (5, 5))] == [_ACTIVE, _WHITE, _WHITE]
    shown = await _see(decks, second.question)
    assert [shown.getpixel(at) for at in ((40, 20), (140, 70))] == [_WHITE, _ACTIVE]
    again = await decks.bring(_deck(_shape(1, ".1", ".1") + _shape(2, ".6", ".6"), (0, 1)))
    assert (again["imported"], again["skipped"], again["failed"]) == (0, 2, 0)


async def test_all_parts_are_covered_where_the_note_says_so(decks: Decks) -> None:
    await decks.bring(_deck(_shape(1, ".1", ".1", ":oi=1") + _shape(2, ".6", ".6", ":oi=1"), (0,)))
    (found,) = await decks.cards()
    shown = await _see(decks, found.question)
    assert [shown.getpixel(at) for at in ((40, 20), (140, 70))] == [_ACTIVE, _INACTIVE]


@pytest.mark.parametrize(
    ("shape", "covered", "free"),
    [
        ("ellipse:left=.1:top=.1:rx=.2:ry=.3", (60, 40), (22, 12)),
        ("polygon:left=.1:top=.1:points=.1,.1 .9,.1 .1,.9", (40, 20), (170, 80)),
        ("rect:left=.5:top=.1:width=.2:height=.2:angle=90", (90, 30), (120, 20)),
        ("rect:left=.5:top=.1:width=.2:height=.2:fill=#ff0000", (120, 20), (90, 60)),
    ],
)
async def test_every_shape_covers_its_part(
    decks: Decks, shape: str, covered: tuple[int, int], free: tuple[int, int]
) -> None:
    await decks.bring(_deck(f"{{{{c1::image-occlusion:{shape}}}}}", (0,)))
    (found,) = await decks.cards()
    shown = await _see(decks, found.question)
    assert [shown.getpixel(at) for at in (covered, free)] == [_ACTIVE, _WHITE]


async def test_parts_of_several_cards_and_jpegs(decks: Decks) -> None:
    content = _deck(_shape("1,2", ".1", ".1"), (0, 1), picture="map.JPG", files={"map.JPG": _picture("JPEG")})
    await decks.bring(content)
    first, second = await decks.cards()
    assert first.question == second.question  # the same part is covered: one picture for both
    assert first.question.endswith(".jpg)")
    red, green, blue = (await _see(decks, first.question)).getpixel((40, 20))  # type: ignore[misc]
    assert (abs(red - 255) < 8, abs(green - 142) < 8, abs(blue - 142) < 8) == (True, True, True)


async def test_the_add_ons_drawing_covers_the_picture(decks: Decks) -> None:
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200"><g transform="translate(20 0)">'
        b'<title>Masks</title><rect class="qshape" x="20" y="20" width="80" height="40" fill="#FF7E7E"/>'
        b'<path d="M 200 100 h 80 v 40 h -80 z" fill="#FFEBA2"/></g></svg>'
    )
    fields = ("id", "Europe", '<img src="map.png">', '<img src="q.svg">', "note", '<img src="a.svg">')
    files = {"map.png": _picture(), "q.svg": drawing}
    content = package(collection([note(1, *fields, kind=4)], [card(1, 1)], kinds=(_ADD_ON,)), media=files)
    done = await decks.bring(content)
    assert (done["imported"], done["failed"]) == (1, 0)
    (found,) = await decks.cards()
    assert found.answer == "![](map.png)\nnote"
    shown = await _see(decks, found.question)
    assert [shown.getpixel(at) for at in ((40, 20), (120, 60), (5, 5))] == [_ACTIVE, _INACTIVE, _WHITE]


@pytest.mark.parametrize(
    ("files", "row"),
    [
        ({}, 1),
        ({"other.png": _picture()}, 1),
        ({"map.png": b"\x89PNG\r\n\x1a\n broken"}, 0),
        ({"map.png": _picture(size=(6000, 6000))}, 0),
    ],
)
async def test_a_picture_that_cannot_be_covered_is_told(
    decks: Decks, files: dict[str, bytes], row: int
) -> None:
    done = await decks.bring(_deck(_shape(1, ".1", ".1"), (0,), files=files))
    assert [error["row"] for error in done["errors"]] == [row]


async def test_anki_gets_back_its_own_picture_alone(decks: Decks) -> None:
    await decks.bring(_deck(_shape(1, ".1", ".1"), (0,)))
    assert await _list_media(decks) == ["map.png"]
    (found,) = await decks.cards()
    await decks.learner.http.patch(f"{CARDS}{found.id}/", json={"answer": "changed"})
    assert len(await _list_media(decks)) == 2
    stored = await decks.learner.stack.services.store.find(MEDIA.query(user=decks.learner.id))
    assert sorted(each.generated for each in stored) == [False, True]
    course = await decks.learner.new_course()
    done = await decks.bring(await decks.take(), course=course)
    assert (done["imported"], done["failed"]) == (1, 0)


async def test_the_covered_picture_comes_along_to_another_course(decks: Decks) -> None:
    await decks.bring(_deck(_shape(1, ".1", ".1"), (0,)))
    course = await decks.learner.new_course()
    await decks.bring(await decks.take(), course=course)
    (found,) = await decks.cards(course)
    assert len(await decks.learner.get(f"{found.id}/media/")) == 2


async def _list_media(decks: Decks) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(await decks.take())) as archive:
        return list(json.loads(archive.read("media")).values())
