"""Public bodies and answers of summaries."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.model.protocol import Summary
from shared.web.problems import describe_pattern
from shared.web.schemas import Body, View

_LANGUAGE = describe_pattern(
    r"^(auto|[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*)$", "Write auto, or a language tag such as en or de-AT"
)


class SummaryBody(Body):
    """The options of a summary. `language` is a BCP 47 tag, or `auto`, the language of the document."""

    length: Literal["short", "medium", "long"] = "short"
    language: Annotated[str, StringConstraints(pattern=_LANGUAGE, max_length=35)] = Field(
        default="en", examples=["en"]
    )


class SummaryCitation(View):
    """A citation. `quote` is verbatim from the passage."""

    chunk_id: str
    quote: str
    page: int | None


class SummaryView(View):
    """A summary, and the passages that it rests on."""

    document_id: str
    summary: str
    citations: list[SummaryCitation]


def summary_view(document_id: str, summary: Summary) -> SummaryView:
    """Build the public view of a summary."""
    citations = [SummaryCitation(**citation.model_dump()) for citation in summary.citations]
    return SummaryView(document_id=document_id, summary=summary.text, citations=citations)
