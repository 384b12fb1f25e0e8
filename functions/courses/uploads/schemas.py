"""Public bodies and answers of uploads."""

from typing import Annotated, Literal

from fastapi import UploadFile
from pydantic import Field, StringConstraints

from functions.courses.documents.models import CourseDocument
from functions.courses.documents.schemas import DocumentView, document_view
from functions.courses.processing.rules import estimate_seconds
from functions.courses.tags.models import TagBook
from shared.web.forms import EMPTY_AS_NONE, WITHOUT_NUL
from shared.web.problems import describe_pattern
from shared.web.schemas import Body, DocumentId, LongText, Name, View

OptionalName = Annotated[Name | None, EMPTY_AS_NONE, WITHOUT_NUL]
OptionalSection = Annotated[DocumentId | None, EMPTY_AS_NONE]
_SHA256 = describe_pattern(r"^[0-9a-fA-F]{64}$", "Write the SHA-256 hash as 64 hexadecimal digits")

Sha256 = Annotated[str, StringConstraints(pattern=_SHA256, to_lower=True)]


class FileUpload(Body):
    """A file with its description. `name` defaults to the file's."""

    file: UploadFile
    name: OptionalName = Field(default=None, examples=["Calculus Textbook Chapter 3"])
    description: Annotated[LongText, WITHOUT_NUL] = Field(
        default="", examples=["Chapter on derivatives and applications"]
    )
    section_id: OptionalSection = None


class Replacement(Body):
    """The newer version of a document's file."""

    file: UploadFile


class NewUploadSession(Body):
    """A file to be uploaded. `sha256` (hex) and `file_size_bytes` are checked on completion."""

    name: OptionalName = Field(default=None, examples=["Chapter 3"])
    description: LongText = ""
    section_id: OptionalSection = None
    file_name: Name = Field(examples=["ch3.pdf"])
    content_type: Annotated[str, StringConstraints(max_length=255, to_lower=True)] = Field(
        examples=["application/pdf"]
    )
    file_size_bytes: Annotated[int, Field(ge=1, strict=True)] = Field(examples=[45_000_000])
    sha256: Sha256 = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])


class AddressUpload(Body):
    """The address of a web page or file to add as a document."""

    url: Annotated[str, StringConstraints(min_length=1, max_length=2048)] = Field(
        examples=["https://example.com/document.pdf"]
    )
    name: OptionalName = Field(default=None, examples=["Research Paper on Calculus"])
    description: LongText = Field(default="", examples=["Important research paper for reference"])
    section_id: OptionalSection = None


class Uploaded(View):
    """An uploaded document. `estimated_processing_time` is in seconds."""

    document: DocumentView
    upload_status: Literal["success"] = "success"
    processing_id: str
    estimated_processing_time: int = Field(examples=[5])


class UploadLimits(View):
    """Largest size and accepted kinds of uploads."""

    max_file_size_bytes: int = Field(examples=[52_428_800])
    max_file_size_mb: int = Field(examples=[50])
    allowed_content_types: list[str] = Field(examples=[["application/pdf", "text/plain"]])
    supported_url_types: list[str] = Field(examples=[["web_page", "pdf_url"]])


def uploaded_view(document: CourseDocument, book: TagBook) -> Uploaded:
    """Build the answer to an upload; estimates 0 seconds where processing is over."""
    seconds = 0 if document.is_over else estimate_seconds(document.file_size_bytes)
    return Uploaded(
        document=document_view(document, book),
        processing_id=document.processing_id,
        estimated_processing_time=seconds,
    )
