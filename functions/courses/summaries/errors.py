"""What stands in the way of a summary."""

from shared.errors import ProcessingFailed


class NothingToSummarise(ProcessingFailed):
    message = "The document holds no text to summarise"
