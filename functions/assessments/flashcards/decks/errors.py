"""What can be wrong with a file of cards as a whole; what is wrong with a row stands in the answer."""

from shared.errors import PayloadTooLarge, UnsupportedMediaType, ValidationFailed


class NotADeck(UnsupportedMediaType):
    message = "The file is no Anki package, no table and no JSON list of cards"


class Unreadable(ValidationFailed):
    """The file is of a known kind, but broken or made to do harm."""

    def __init__(self, reason: str) -> None:
        super().__init__(details={"file": [reason]})


class DeckTooLarge(PayloadTooLarge):
    """Packed or unpacked, there is more in it than is taken."""
