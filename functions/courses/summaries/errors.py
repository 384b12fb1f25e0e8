"""Errors of summaries."""

from shared.errors import ProcessingFailed


class NothingToSummarise(ProcessingFailed):
    """The document has no passages."""

    message = "The document contains no text to summarise; choose another document"
