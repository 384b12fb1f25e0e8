"""Cards made from the documents, each with the words of its source."""

from infra.local.demo.answers import Citation, Content, Flashcard, GateReport, Generated, Listed
from infra.local.demo.client import DemoFailed, Refused, read
from infra.local.demo.journey import Journey

CARDS = 20
FLASHCARDS = "/api/v1/assessments/flashcards/"


async def generate(journey: Journey) -> str:
    """Ask for cards over all documents, and show each with the words of its source."""
    order = {"course_id": journey.course, "topic": "", "count": CARDS, "document_ids": [*journey.documents]}
    with journey.screen.waiting(f"Asking for {CARDS} cards from {len(journey.documents)} documents…"):
        response = await journey.client.send("POST", f"{FLASHCARDS}generate/", json=order, allow=(502,))
    if response.status_code == 502:
        return await _nothing_new(journey, Refused(response))
    generated = read(Generated, response)
    for number, card in enumerate(generated.flashcards, start=1):
        journey.cards[card.id] = card
        journey.screen.card(number, card, source(journey, card.citation))
    return _verdict(journey, generated)


async def _nothing_new(journey: Journey, refusal: Refused) -> str:
    """A later run may find that every card the documents give is there. Raises the refusal otherwise."""
    page = {"course": journey.course, "page_size": 1}
    there = await journey.client.ask(Listed[Flashcard], "GET", FLASHCARDS, params=page)
    if not there.count:
        raise refusal
    journey.screen.say(f"No new card: the {there.count} of earlier runs are what these documents give.")
    return f"nothing new beside the {there.count} cards of earlier runs"


async def check_quotes(journey: Journey) -> str:
    """Look up each quote in the text of its document, as a reader in doubt would."""
    texts = {document: await _text_of(journey, document) for document in journey.documents}
    cited = [card.citation for card in journey.cards.values() if card.citation is not None]
    lost = [each.quote for each in cited if _unwrapped(each.quote) not in texts[each.document_id]]
    if lost:
        raise DemoFailed(f"These quotes do not stand in their documents: {lost}")
    told = f"{len(cited)} of {len(journey.cards)} quotes stand in their documents, word for word"
    journey.screen.say(told)
    return told


async def _text_of(journey: Journey, document: str) -> str:
    path = f"/api/v1/courses/{journey.course}/documents/{document}/content/"
    content = await journey.client.ask(Content, "GET", path)
    return _unwrapped(content.extracted_text)


def _unwrapped(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def source(journey: Journey, citation: Citation | None) -> str:
    """Where a quote stands."""
    if citation is None:
        return "no source"
    name = journey.documents.get(citation.document_id, "another document")
    return name if citation.page is None else f"{name}, page {citation.page}"


def through_the_gate(report: GateReport) -> str:
    """How many drafts the quality gate passed, and why it dropped the others."""
    reasons = ", ".join(f"{name} {count}" for name, count in sorted(report.dropped.items()) if count)
    lost = f"dropped: {reasons}" if reasons else "none was dropped"
    return f"The quality gate passed {report.accepted} of {report.proposed} drafts; {lost}."


def _verdict(journey: Journey, generated: Generated) -> str:
    screen, report = journey.screen, generated.agent_metadata
    makers = sorted({card.generator or "unknown" for card in generated.flashcards})
    screen.say("")
    screen.say(_of_the_model(makers[0] if makers else report.generator), style="italic")
    screen.say(through_the_gate(report))
    return f"{len(generated.flashcards)} cards with quotes, by the model “{', '.join(makers)}”"


def _of_the_model(name: str) -> str:
    if name == "offline":
        return (
            "Made by the model “offline”: extractive, deterministic, no language model and no key."
            " Set OPENAI_API_KEY for cards in free wording; they pass the same gate."
        )
    return f"Made by the model “{name}”."
