"""What can go wrong with an address a user supplied."""

from shared.errors import PayloadTooLarge, ProcessingFailed, ValidationFailed


class AddressRefused(ValidationFailed):
    """The address is malformed, or leads inside the network (422, named in `details` as `url`)."""

    def __init__(self, reason: str) -> None:
        super().__init__(details={"url": [reason]})
        self.reason = reason


class FetchFailed(ProcessingFailed):
    """The address did not answer, not in time, or not with what was asked for (502)."""

    message = "The address could not be fetched"


class FetchTooLarge(PayloadTooLarge):
    """The answer is larger than was allowed (413)."""

    message = "The content at this address is too large"
