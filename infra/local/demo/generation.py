"""Cards generated from the documents, each with the words of its source."""

from infra.local.demo.answers import Citation, Content, GateReport, Generated, Listed
from infra.local.demo.client import DemoFailed, Refused, parse_answer
from infra.local.demo.journey import Journey
from infra.local.demo.review_answers import Flashcard

CARDS = 20
FLASHCARDS = "/api/v1/assessments/flashcards/"


async def generate_cards(journey: Journey) -> str:
    """Ask for cards over all documents, and show each with the words of its source."""
    order = {"course_id": journey.course, "topic": "", "count": CARDS, "document_ids": [*journey.documents]}
    with journey.screen.show_waiting(f"Asking for {CARDS} cards from {len(journey.documents)} documents…"):
        response = await journey.client.send("POST", f"{FLASHCARDS}generate/", json=order, allow=(502,))
    if response.status_code == 502:
        return await _accept_earlier_cards(journey, Refused(response))
    generated = parse_answer(Generated, response)
    for number, card in enumerate(generated.flashcards, start=1):
        journey.cards[card.id] = card
        journey.screen.show_card(number, card, describe_source(journey, card.citation))
    return _report(journey, generated)


async def _accept_earlier_cards(journey: Journey, refusal: Refused) -> str:
    """Accept that an earlier run has made all cards there are; else raise the refusal."""
    page = {"course": journey.course, "page_size": 1}
    earlier = await journey.client.ask(Listed[Flashcard], "GET", FLASHCARDS, params=page)
    if not earlier.count:
        raise refusal
    journey.screen.say(f"No new card: earlier runs made all {earlier.count} cards these documents give.")
    return f"no new card; {earlier.count} from earlier runs"


async def check_quotes(journey: Journey) -> str:
    """Look up each quote in the text of its document."""
    texts = {document: await _read_text(journey, document) for document in journey.documents}
    citations = [card.citation for card in journey.cards.values() if card.citation is not None]
    missing = [
        citation.quote for citation in citations if _unwrap(citation.quote) not in texts[citation.document_id]
    ]
    if missing:
        raise DemoFailed(f"These quotes are not in their documents: {missing}")
    outcome = f"{len(citations)} of {len(journey.cards)} quotes found in their documents, word for word"
    journey.screen.say(outcome)
    return outcome


async def _read_text(journey: Journey, document: str) -> str:
    path = f"/api/v1/courses/{journey.course}/documents/{document}/content/"
    content = await journey.client.ask(Content, "GET", path)
    return _unwrap(content.extracted_text)


def _unwrap(text: str) -> str:
    """Return the text without its line breaks."""
    return " ".join(text.split())


def describe_source(journey: Journey, citation: Citation | None) -> str:
    """Describe where a quote stands."""
    if citation is None:
        return "no source"
    name = journey.documents.get(citation.document_id, "another document")
    return name if citation.page is None else f"{name}, page {citation.page}"


def describe_gate(report: GateReport) -> str:
    """Describe how many drafts the quality gate passed, and why it dropped the others."""
    reasons = ", ".join(f"{name} {count}" for name, count in sorted(report.dropped.items()) if count)
    drops = f"dropped: {reasons}" if reasons else "none dropped"
    return f"The quality gate passed {report.accepted} of {report.proposed} drafts; {drops}."


def _report(journey: Journey, generated: Generated) -> str:
    screen, report = journey.screen, generated.agent_metadata
    generators = sorted({card.generator or "unknown" for card in generated.flashcards})
    screen.say("")
    screen.say(_describe_model(generators[0] if generators else report.generator), style="italic")
    screen.say(describe_gate(report))
    return f"{len(generated.flashcards)} cards with quotes, by the model “{', '.join(generators)}”"


def _describe_model(name: str) -> str:
    if name == "offline":
        return (
            "Made by the model “offline”: extractive, deterministic, no language model and no key."
            " Set OPENAI_API_KEY for cards in free wording, which pass through the same gate."
        )
    return f"Made by the model “{name}”."
