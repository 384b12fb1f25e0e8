import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from shared.clock import ManualClock
from shared.objects import Objects
from shared.objects.folder import LINKS_PATH, FolderObjects
from shared.objects.links import build_links_app
from shared.objects.s3 import S3Objects

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BASE_URL = "http://gateway.example"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def folder(tmp_path: Path, clock: ManualClock) -> FolderObjects:
    return FolderObjects(tmp_path / "objects", base_url=BASE_URL, secret="s" * 32, clock=clock)


@pytest.fixture
async def gateway(folder: FolderObjects) -> AsyncIterator[httpx.AsyncClient]:
    """Speaks to the folder's links as the local gateway mounts them."""
    app = Starlette(routes=[Mount(LINKS_PATH, build_links_app(folder))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
        yield client


@pytest.fixture(scope="session")
def s3_url() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def shared_bucket(s3_url: str) -> Iterator[S3Objects]:
    """Building the vendor's client takes a quarter of a second: most tests share one."""
    objects = s3_objects(s3_url, ManualClock(NOW))
    objects._client.create_bucket(Bucket="aksio")
    yield objects
    asyncio.run(objects.aclose())


@pytest.fixture
async def bucket(shared_bucket: S3Objects) -> AsyncIterator[S3Objects]:
    yield shared_bucket
    await shared_bucket.delete_prefix("users/")


@pytest.fixture
async def own_bucket(bucket: S3Objects, s3_url: str, clock: ManualClock) -> AsyncIterator[S3Objects]:
    """One whose client a test may tamper with."""
    objects = s3_objects(s3_url, clock)
    yield objects
    await objects.aclose()


def s3_objects(url: str, clock: ManualClock, *, bucket: str = "aksio") -> S3Objects:
    return S3Objects(
        bucket,
        endpoint_url=url,
        region="us-east-1",
        access_key="AKIDEXAMPLE",
        secret_key="secret",
        clock=clock,
    )


@pytest.fixture(params=["folder", "bucket"])
def objects(request: pytest.FixtureRequest) -> Objects:
    return cast("Objects", request.getfixturevalue(request.param))


@pytest.fixture
async def web(objects: Objects, gateway: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that can follow the store's links."""
    if isinstance(objects, FolderObjects):
        yield gateway
        return
    async with httpx.AsyncClient(trust_env=False) as client:
        yield client
