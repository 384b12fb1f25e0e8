"""The bucket alone: pages, refusals, a network."""

import asyncio
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import cast
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from shared.clock import ManualClock
from shared.errors import ServiceUnavailable
from shared.objects import ObjectNotFound
from shared.objects.s3 import S3Objects
from tests.shared.objects.conftest import s3_objects

DELETE_MANY = "before-send.s3.DeleteObjects"


async def fill(bucket: S3Objects, number: int) -> None:
    names = (f"users/u/{index}" for index in range(number))
    await asyncio.gather(*(bucket.put(name, b"x", content_type="text/plain") for name in names))


def refuse(bucket: S3Objects, event: str, status: int) -> list[str]:
    """Have every request of a kind refused without asking the server; gives the addresses asked for."""
    asked: list[str] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        asked.append(str(request.url))
        return AWSResponse(str(request.url), status, HTTPHeaders(), Empty())

    on(bucket, event, answer)
    return asked


def on(bucket: S3Objects, event: str, handler: Callable[..., object]) -> None:
    bucket._client.meta.events.register(event, cast("Callable[..., None]", handler))


class Empty:
    def stream(self, **_: object) -> list[bytes]:
        return []


async def test_a_listing_and_a_deletion_go_over_many_pages(own_bucket: S3Objects) -> None:
    await fill(own_bucket, 7)
    on(own_bucket, "provide-client-params.s3.ListObjectsV2", lambda params, **_: {**params, "MaxKeys": 3})
    assert [info.key async for info in own_bucket.list("users/")] == [
        f"users/u/{index}" for index in range(7)
    ]
    assert await own_bucket.delete_prefix("users/") == 7
    assert [info async for info in own_bucket.list("users/")] == []


@pytest.mark.parametrize("status", [400, 405, 501])
async def test_a_store_that_cannot_delete_many_is_asked_one_by_one(
    own_bucket: S3Objects, status: int
) -> None:
    asked = refuse(own_bucket, DELETE_MANY, status)
    for _ in range(2):
        await fill(own_bucket, 3)
        assert await own_bucket.delete_prefix("users/") == 3
        assert [info async for info in own_bucket.list("users/")] == []
    assert len(asked) == 1


async def test_a_refused_deletion_is_not_tried_otherwise(own_bucket: S3Objects) -> None:
    await fill(own_bucket, 1)
    refuse(own_bucket, DELETE_MANY, 403)
    with pytest.raises(ServiceUnavailable):
        await own_bucket.delete_prefix("users/")
    assert await own_bucket.get_info("users/u/0") is not None


async def test_a_deletion_that_half_fails_is_told(own_bucket: S3Objects) -> None:
    await fill(own_bucket, 1)
    failed = [{"Key": "users/u/0"}]
    on(own_bucket, "after-call.s3.DeleteObjects", lambda parsed, **_: parsed.update(Errors=failed))
    with pytest.raises(ServiceUnavailable, match="1 files"):
        await own_bucket.delete_prefix("users/")


async def test_a_missing_bucket_is_no_missing_object(s3_url: str, clock: ManualClock) -> None:
    objects = s3_objects(s3_url, clock, bucket="nowhere")
    with pytest.raises(ServiceUnavailable):
        await objects.get("users/a")
    with pytest.raises(ServiceUnavailable):
        await objects.put("users/a", b"x", content_type="text/plain")
    await objects.aclose()


async def test_a_store_that_is_down_is_unavailable(clock: ManualClock) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        objects = s3_objects(f"http://127.0.0.1:{unused.getsockname()[1]}", clock)
        with pytest.raises(ServiceUnavailable) as unavailable:
            await objects.get("users/a")
    assert unavailable.value.retry_after
    await objects.aclose()


@pytest.mark.parametrize(("status", "error"), [(404, ObjectNotFound), (403, ServiceUnavailable)])
async def test_a_refusal_is_an_error_of_the_port(
    own_bucket: S3Objects, status: int, error: type[Exception]
) -> None:
    refuse(own_bucket, "before-send.s3.GetObject", status)
    with pytest.raises(error):
        await own_bucket.get("users/a")


async def test_an_uploads_link_binds_type_and_size_and_asks_for_no_checksum(own_bucket: S3Objects) -> None:
    signed = await own_bucket.sign_upload(
        "users/a", expires_in=timedelta(minutes=5), content_type="text/plain", size=4
    )
    query = parse_qs(urlsplit(signed.url).query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert query["X-Amz-Expires"] == ["300"]
    assert not [name for name in query if "checksum" in name.lower()]


async def test_an_upload_bears_no_checksum_that_cloud_storage_does_not_know(own_bucket: S3Objects) -> None:
    sent: list[AWSPreparedRequest] = []

    def record(request: AWSPreparedRequest, **_: object) -> None:
        sent.append(request)

    on(own_bucket, "before-send.s3.PutObject", record)
    await own_bucket.put("users/a", b"x", content_type="text/plain")
    names = " ".join(str(name).lower() for name in sent[0].headers)
    assert "x-amz-trailer" not in names
    assert "x-amz-checksum" not in names
    assert "x-amz-sdk-checksum" not in names
