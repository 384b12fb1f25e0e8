"""Collection of tags."""

from functions.courses.tags.models import TagBook
from shared.store import Collection, Ref, Store, Transaction

TAG_BOOKS = Collection("users/{user}/tag_books", TagBook)
_ONLY = "tags"  # the id of the one document


def tag_book_ref(user_id: str) -> Ref[TagBook]:
    """Return the one document that holds all tags of a user."""
    return TAG_BOOKS.doc(_ONLY, user=user_id)


async def read_tags(reader: Store | Transaction, *, user_id: str) -> TagBook:
    """Load all tags of a user. Costs 1 read."""
    return await reader.get(tag_book_ref(user_id)) or TagBook(id=_ONLY)
