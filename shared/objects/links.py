"""The app behind the folder's signed links, mounted by the local gateway."""

from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from shared.errors import ApiError, MalformedRequest, NotFound, PayloadTooLarge
from shared.objects.folder import FolderObjects
from shared.objects.names import format_attachment
from shared.objects.signing import LinkRefused


def build_links_app(objects: FolderObjects) -> Starlette:
    """Build the app to mount at `shared.objects.folder.LINKS_PATH`."""

    async def download(request: Request) -> Response:
        grant = objects.verify("GET", request.path_params["key"], request.query_params)
        info = await objects.get_info(grant.key)
        if info is None:
            raise NotFound
        headers = {
            "Content-Type": info.content_type,
            "Content-Length": str(info.size),
            "Content-Disposition": format_attachment(grant.download_name),
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        return StreamingResponse(objects.stream(grant.key), headers=headers)

    async def upload(request: Request) -> Response:
        grant = objects.verify("PUT", request.path_params["key"], request.query_params)
        if request.headers.get("content-type") != grant.content_type:
            raise LinkRefused("This link is for another content type; ask for a new link")
        body = _read_exactly(grant.size, request.stream())
        await objects.put(grant.key, body, content_type=grant.content_type)
        return Response()

    return Starlette(
        routes=[
            Route("/{key:path}", download, methods=["GET"]),
            Route("/{key:path}", upload, methods=["PUT"]),
        ],
        exception_handlers={ApiError: _respond_refused},
    )


async def _read_exactly(size: int, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the chunks. Raises PayloadTooLarge or MalformedRequest where they are not `size` bytes."""
    received = 0
    try:
        async for chunk in chunks:
            received += len(chunk)
            if received > size:
                raise PayloadTooLarge
            yield chunk
    except ClientDisconnect as error:
        raise MalformedRequest("The upload was interrupted; try again") from error
    if received < size:
        raise MalformedRequest("The upload is shorter than announced; try again")


async def _respond_refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)  # noqa: S101 - the handler is registered for it
    return PlainTextResponse(error.text, status_code=error.status)
