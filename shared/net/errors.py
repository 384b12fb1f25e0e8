"""The errors of addresses from users."""

from shared.errors import PayloadTooLarge, ProcessingFailed, ValidationFailed


class AddressRefused(ValidationFailed):
    """The address is malformed or inside the network; `details` names it `url` (422)."""

    field_code = "invalid_address"

    def __init__(self, reason: str) -> None:
        super().__init__(details={"url": [reason]})
        self.reason = reason


class FetchFailed(ProcessingFailed):
    """The address did not respond in time, or not with usable content (502)."""

    message = "The address could not be fetched; check that it works in a browser"


class FetchTooLarge(PayloadTooLarge):
    """The content is larger than allowed (413)."""

    message = "The content at this address is too large"
