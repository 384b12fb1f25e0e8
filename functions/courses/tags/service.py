"""Use cases of tags."""

from collections.abc import Mapping, Sequence
from typing import Any

from functions.courses.tags.errors import TagNameTaken, TagNotFound, TooManyTags
from functions.courses.tags.models import Tag, TagBook
from functions.courses.tags.rules import DEFAULT_COLOR, MAX_TAGS, remove_duplicates
from functions.courses.tags.store import read_tags, tag_book_ref
from shared.services import Services
from shared.store import Transaction


async def get_tag(services: Services, *, user_id: str, tag_id: str) -> Tag:
    """Load a tag. Raises TagNotFound."""
    return _get_tag(await read_tags(services.store, user_id=user_id), tag_id)


async def create_tag(services: Services, *, user_id: str, name: str, color: str) -> tuple[str, Tag]:
    """Create a tag. Raises TagNameTaken, TooManyTags."""
    tag_id, tag = services.ids.new(), Tag(name=name, color=color, created_at=services.clock.now())

    async def work(tx: Transaction) -> None:
        book = await read_tags(tx, user_id=user_id)
        tx.put(tag_book_ref(user_id), _add_tag(book, tag_id, tag))

    await services.store.transact(work)
    return tag_id, tag


async def change_tag(services: Services, *, user_id: str, tag_id: str, fields: Mapping[str, Any]) -> Tag:
    """Change a tag. Raises TagNotFound, TagNameTaken."""

    async def work(tx: Transaction) -> Tag:
        book = await read_tags(tx, user_id=user_id)
        tag = _get_tag(book, tag_id).model_copy(update=dict(fields))
        if book.find_id(tag.name) not in (None, tag_id):
            raise TagNameTaken
        tx.put(tag_book_ref(user_id), book.add_tag(tag_id, tag))
        return tag

    return await services.store.transact(work)


async def delete_tag(services: Services, *, user_id: str, tag_id: str) -> None:
    """Delete a tag; documents no longer show it. Raises TagNotFound."""

    async def work(tx: Transaction) -> None:
        book = await read_tags(tx, user_id=user_id)
        _get_tag(book, tag_id)
        tx.put(tag_book_ref(user_id), book.remove_tag(tag_id))

    await services.store.transact(work)


def add_names(services: Services, book: TagBook, names: Sequence[str]) -> tuple[TagBook, list[str]]:
    """Add a tag for each new name; return the tags and the ids of all names. Raises TooManyTags."""
    tag_ids = []
    for name in remove_duplicates(names):
        tag_id = book.find_id(name)
        if tag_id is None:
            tag_id = services.ids.new()
            tag = Tag(name=name, color=DEFAULT_COLOR, created_at=services.clock.now())
            book = _add_tag(book, tag_id, tag)
        tag_ids.append(tag_id)
    return book, tag_ids


def _get_tag(book: TagBook, tag_id: str) -> Tag:
    if tag_id not in book.tags:
        raise TagNotFound
    return book.tags[tag_id]


def _add_tag(book: TagBook, tag_id: str, tag: Tag) -> TagBook:
    if book.find_id(tag.name) is not None:
        raise TagNameTaken
    if len(book.tags) >= MAX_TAGS:
        raise TooManyTags
    return book.add_tag(tag_id, tag)
