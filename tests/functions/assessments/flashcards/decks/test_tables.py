"""Tables as other programs write them."""

import json

import pytest

from tests.functions.assessments.flashcards.decks.files import Decks
from tests.functions.assessments.learners import CARDS

_PAIR = [("dog", "Hund"), ("Ümlaut", "Straße")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "question,answer\ndog,Hund\nÜmlaut,Straße\n".encode()),
        ("a.csv", "\ufeffFront;Back\r\ndog;Hund\r\nÜmlaut;Straße\r\n".encode()),
        ("a.csv", "dog,Hund\nÜmlaut,Straße".encode()),
        ("a.csv", "dog;Hund\nÜmlaut;Straße".encode("cp1252")),
        ("a.csv", "dog,Hund\nÜmlaut,Straße".encode("utf-16")),
        ("a.tsv", "dog\tHund\n\nÜmlaut\tStraße".encode()),
        ("a.txt", "#separator:tab\n#html:true\n<b></b>dog\tHund\n&Uuml;mlaut\tStraße".encode()),
        ("a.txt", b"#separator:Semicolon\n#columns:Answer;Question\nHund;dog\nStra\xc3\x9fe;\xc3\x9cmlaut"),
        (
            "a.txt",
            "#separator:tab\n#guid column:1\n#tags column:4\ng1\tdog\tHund\t\ng2\tÜmlaut\tStraße\tx".encode(),
        ),
    ],
)
async def test_questions_and_answers_are_found(decks: Decks, name: str, content: bytes) -> None:
    done = await decks.bring(content, name)
    assert (done["imported"], done["failed"]) == (2, 0)
    assert sorted((card.question, card.answer) for card in await decks.cards()) == sorted(_PAIR)
    assert (await decks.bring(content, name))["imported"] == 0


async def test_what_is_wrong_is_named_by_its_row(decks: Decks) -> None:
    content = (
        "question,answer,tags,card_type,status\n"
        '"two\nlines","a",x y,,\n'
        "no answer,\n"
        ",no question\n"
        "\n"
        "gap,{},z,cloze,\n"
        "q2,a2,one two;three,,suspended\n"
        "q3,a3,,odd,\n"
    )
    done = await decks.bring(content.encode(), "cards.csv")
    assert done["imported"] == 2
    assert [(error["row"], error["error"].split(":")[0]) for error in done["errors"]] == [
        (3, "no answer"),
        (4, "no question"),
        (6, "Mark each gap of a cloze question as {{c1"),
        (8, "card_type"),
    ]
    second, lines = await decks.cards()
    assert (lines.question, lines.tags) == ("two\nlines", ("x", "y"))
    assert (second.tags, second.status) == (("one two", "three"), "suspended")


async def test_the_first_hundred_errors_are_named(decks: Decks) -> None:
    done = await decks.bring(b"q,a\n" + b"no answer,\n" * 150, "a.csv")
    assert (done["imported"], done["failed"], len(done["errors"])) == (1, 150, 100)


async def test_a_plain_list_of_cards_is_json_enough(decks: Decks) -> None:
    items = [{"question": "q", "answer": "a\ud800", "tags": ["x\u0000"]}, {"question": "q2"}, 5]
    content = json.dumps(items).encode()
    done = await decks.bring(content, "cards.json")
    assert (done["imported"], [error["row"] for error in done["errors"]]) == (1, [2, 3])
    (card,) = await decks.cards()
    assert (card.answer, card.tags) == ("a", ("x",))
    assert (await decks.bring(content, "cards.json"))["imported"] == 0


async def test_exports_are_attachments_of_their_type(decks: Decks) -> None:
    await decks.learner.add(question="=1+1", answer="2")
    kinds = {"apkg": "application/octet-stream", "csv": "text/csv; charset=utf-8", "json": "application/json"}
    for kind, media_type in kinds.items():
        params = {"format": kind}
        answer = await decks.learner.http.get(f"{CARDS}export/", params=params)
        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="flashcards-2026-03-0')
    answer = await decks.learner.http.get(f"{CARDS}export/", params={"format": "xlsx"})
    assert (answer.status_code, list(answer.json()["details"])) == (422, ["format"])


async def test_an_empty_course_is_an_empty_file(decks: Decks) -> None:
    assert json.loads(await decks.take("json")) == []
    assert (await decks.take("csv")).decode("utf-8-sig").startswith("question,answer,")
    assert (await decks.bring(await decks.take("apkg")))["imported"] == 0
    assert (await decks.bring(await decks.take("csv"), "a.csv"))["failed"] == 0


async def test_an_import_counts_as_an_upload(decks: Decks) -> None:
    allowed = decks.learner.stack.services.settings.rate_limit_uploads_per_hour
    from shared.usage import UsageOf

    usage = UsageOf(decks.learner.id, decks.learner.stack.clock.now())
    fields = {"uploads": allowed, "expires_at": usage.now}
    await decks.learner.stack.services.store.merge(usage.hour, fields)
    assert (await decks.send(b"q,a", "a.csv")).status_code == 429
