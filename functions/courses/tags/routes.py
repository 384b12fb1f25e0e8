"""Routes of tags."""

from functions.courses.tags import service
from functions.courses.tags.errors import TagNameTaken, TagNotFound, TooManyTags
from functions.courses.tags.schemas import TagBody, TagPatch, TagView, tag_view, tag_views
from functions.courses.tags.store import read_tags
from shared.store import Cost
from shared.web.access import USER
from shared.web.depends import Caller, Provided
from shared.web.router import Router

router = Router(tag="tags")

_LIST = "/api/v1/courses/tags/"
_ONE = "/api/v1/courses/tags/{tag_id}/"


@router.serve("GET", _LIST, access=USER, cost=Cost(reads=2))
async def list_tags(services: Provided, caller: Caller) -> list[TagView]:
    """List all tags of the caller, by name."""
    return tag_views(await read_tags(services.store, user_id=caller.user_id))


@router.serve(
    "POST",
    _LIST,
    access=USER,
    cost=Cost(reads=2, writes=1),
    status=201,
    errors=[TagNameTaken, TooManyTags],
)
async def create_tag(services: Provided, caller: Caller, body: TagBody) -> TagView:
    """Create a tag. Names are unique for each user, ignoring case."""
    tag_id, tag = await service.create_tag(services, user_id=caller.user_id, name=body.name, color=body.color)
    return tag_view(tag_id, tag)


@router.serve("GET", _ONE, access=USER, cost=Cost(reads=2), errors=[TagNotFound])
async def get_tag(services: Provided, caller: Caller, tag_id: str) -> TagView:
    """Return one tag."""
    return tag_view(tag_id, await service.get_tag(services, user_id=caller.user_id, tag_id=tag_id))


@router.serve("PATCH", _ONE, access=USER, cost=Cost(reads=2, writes=1), errors=[TagNotFound, TagNameTaken])
async def update_tag(services: Provided, caller: Caller, tag_id: str, body: TagPatch) -> TagView:
    """Change the fields sent; documents show the new name at once."""
    fields = body.model_dump(exclude_unset=True)
    tag = await service.change_tag(services, user_id=caller.user_id, tag_id=tag_id, fields=fields)
    return tag_view(tag_id, tag)


@router.serve("DELETE", _ONE, access=USER, cost=Cost(reads=2, writes=1), status=204, errors=[TagNotFound])
async def delete_tag(services: Provided, caller: Caller, tag_id: str) -> None:
    """Delete a tag. Its documents stay."""
    await service.delete_tag(services, user_id=caller.user_id, tag_id=tag_id)
