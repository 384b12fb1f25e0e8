"""Public answers about processing."""

from pydantic import Field

from functions.courses.documents.models import CourseDocument
from shared.published.courses import ProcessingStatus
from shared.retrieval import DocumentContent
from shared.web.schemas import View


class ProcessingMetadata(View):
    """Results of processing so far."""

    pages_processed: int = Field(examples=[25])
    pages_without_text: int = Field(examples=[2])
    images_skipped: int = Field(examples=[6])
    text_extracted: bool
    embeddings_created: bool
    summary_generated: bool


class ProcessingView(View):
    """The state of processing. `processing_error` is a sentence for the user, set if processing failed."""

    document_id: str
    processing_status: ProcessingStatus
    processing_error: str | None
    progress_percentage: int = Field(ge=0, le=100)
    extracted_content_available: bool
    processing_metadata: ProcessingMetadata


class ContentSection(View):
    """A part of the document under its heading."""

    title: str = Field(examples=["Introduction to Derivatives"])
    content: str


class ContentView(View):
    """The content that the retrieval service found in the document."""

    document_id: str
    extracted_text: str
    summary: str
    topics: list[str] = Field(examples=[["derivatives"]])
    key_concepts: list[str] = Field(examples=[["chain rule"]])
    sections: list[ContentSection]
    embeddings_available: bool
    chunk_count: int


class Reprocessing(View):
    """Processing that was started again."""

    document_id: str
    processing_status: ProcessingStatus
    processing_id: str


def processing_view(document: CourseDocument) -> ProcessingView:
    """Build the public view of a document's processing."""
    processed = document.processed
    return ProcessingView(
        document_id=document.id,
        processing_status=document.processing_status,
        processing_error=document.processing_error,
        progress_percentage=document.progress_percentage,
        extracted_content_available=document.processing_status == "completed" and processed.text_extracted,
        processing_metadata=ProcessingMetadata(
            pages_processed=processed.pages,
            pages_without_text=processed.pages_without_text,
            images_skipped=processed.images_skipped,
            text_extracted=processed.text_extracted,
            embeddings_created=processed.embeddings_created,
            summary_generated=processed.summary_generated,
        ),
    )


def content_view(document: CourseDocument, content: DocumentContent) -> ContentView:
    """Build the public view of a document's extracted text."""
    return ContentView(
        document_id=document.id,
        embeddings_available=document.processed.embeddings_created,
        **content.model_dump(),
    )
