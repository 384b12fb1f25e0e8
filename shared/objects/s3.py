"""Objects in a bucket with the S3 API: Cloud Storage's interoperable endpoint, S3, MinIO."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import IO, TYPE_CHECKING, Any, BinaryIO, ParamSpec, TypeVar

from shared.clock import Clock
from shared.errors import ServiceUnavailable
from shared.objects.names import check_content_type, check_key, check_prefix, format_attachment
from shared.objects.protocol import ObjectInfo, ObjectNotFound, SignedUpload
from shared.objects.reading import open_ranges

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, ObjectTypeDef

THREADS = 16
PART_BYTES = 8 * 1024 * 1024  # of an upload of unknown length, in memory
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})

P = ParamSpec("P")
T = TypeVar("T")


class S3Objects:
    """The object store of production. The vendor's client blocks, so it has threads of its own."""

    def __init__(
        self,
        bucket: str,
        *,
        endpoint_url: str | None,
        region: str,
        access_key: str,
        secret_key: str,
        clock: Clock,
    ) -> None:
        import boto3

        self._bucket = bucket
        self._clock = clock
        self._deletes_batches = True
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="objects")
        self._client: S3Client = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint_url or None,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=_build_config(),
        )

    async def put(self, key: str, data: bytes | AsyncIterator[bytes], *, content_type: str) -> ObjectInfo:
        check_key(key)
        check_content_type(content_type)
        if isinstance(data, bytes):
            return await self._upload(key, io.BytesIO(data), len(data), content_type)
        parts = _collect_parts(data)
        first = await anext(parts)
        if len(first) < PART_BYTES:
            return await self._upload(key, io.BytesIO(first), len(first), content_type)
        return await self._upload_parts(key, first, parts, content_type)

    async def get(self, key: str) -> bytes:
        return await self._run(key, self._download, check_key(key))

    async def stream(self, key: str, *, chunk_size: int = 262_144) -> AsyncIterator[bytes]:
        answer = await self._run(key, self._client.get_object, Bucket=self._bucket, Key=check_key(key))
        body = answer["Body"]
        try:
            while chunk := await self._run(key, body.read, chunk_size):
                yield chunk
        finally:
            body.close()

    async def open(self, key: str) -> BinaryIO:
        head = await self._run(key, self._client.head_object, Bucket=self._bucket, Key=check_key(key))

        def read(offset: int, size: int) -> bytes:
            wanted = f"bytes={offset}-{offset + size - 1}"
            with _translate_errors(key):
                found = self._client.get_object(
                    Bucket=self._bucket, Key=key, Range=wanted, IfMatch=head["ETag"]
                )
                with found["Body"] as body:
                    return body.read()

        return open_ranges(head["ContentLength"], read)

    async def get_info(self, key: str) -> ObjectInfo | None:
        try:
            return await self._load_info(check_key(key))
        except ObjectNotFound:
            return None

    async def delete(self, key: str) -> None:
        await self._run(key, self._client.delete_object, Bucket=self._bucket, Key=check_key(key))

    async def delete_prefix(self, prefix: str) -> int:
        if not prefix:
            raise ValueError("an empty prefix would delete everything")
        deleted = 0
        async for page in self._read_pages(prefix):
            await self._run(prefix, self._delete_all, [listed["Key"] for listed in page])
            deleted += len(page)
        return deleted

    async def list(self, prefix: str) -> AsyncIterator[ObjectInfo]:
        async for page in self._read_pages(prefix):
            for listed in page:
                yield ObjectInfo(listed["Key"], listed["Size"], "", _to_utc(listed["LastModified"]))

    async def copy(self, source: str, target: str) -> ObjectInfo:
        await self._run(
            source,
            self._client.copy_object,
            Bucket=self._bucket,
            Key=check_key(target),
            CopySource={"Bucket": self._bucket, "Key": check_key(source)},
        )
        return await self._load_info(target)

    async def sign_download(
        self, key: str, *, expires_in: timedelta, download_name: str | None = None
    ) -> str:
        parameters = {"ResponseContentDisposition": format_attachment(download_name)}
        return await self._sign_link("get_object", key, expires_in, parameters)

    async def sign_upload(
        self, key: str, *, expires_in: timedelta, content_type: str, size: int
    ) -> SignedUpload:
        expires_at = self._clock.now() + expires_in
        parameters = {"ContentType": check_content_type(content_type), "ContentLength": size}
        url = await self._sign_link("put_object", key, expires_in, parameters)
        return SignedUpload("PUT", url, expires_at, headers={"Content-Type": content_type})

    async def aclose(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)
        self._client.close()

    async def _run(self, key: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        def call() -> T:
            with _translate_errors(key):
                return work(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    async def _upload(self, key: str, body: IO[bytes], size: int, content_type: str) -> ObjectInfo:
        await self._run(
            key,
            self._client.put_object,
            Bucket=self._bucket,
            Key=key,
            Body=body,
            ContentLength=size,
            ContentType=content_type,
        )
        return ObjectInfo(key, size, content_type, self._clock.now())

    async def _upload_parts(
        self, key: str, first: bytes, rest: AsyncIterator[bytes], content_type: str
    ) -> ObjectInfo:
        """Upload parts, of which one is in memory at a time; the object appears with the last."""
        begun = await self._run(
            key,
            self._client.create_multipart_upload,
            Bucket=self._bucket,
            Key=key,
            ContentType=content_type,
        )
        upload, size = begun["UploadId"], len(first)
        try:
            parts = [await self._upload_part(key, upload, 1, first)]
            async for part in rest:
                if part:
                    parts.append(await self._upload_part(key, upload, len(parts) + 1, part))
                    size += len(part)
            await self._run(
                key,
                self._client.complete_multipart_upload,
                Bucket=self._bucket,
                Key=key,
                UploadId=upload,
                MultipartUpload={"Parts": parts},
            )
        except BaseException:
            abort = self._client.abort_multipart_upload
            await self._run(key, abort, Bucket=self._bucket, Key=key, UploadId=upload)
            raise
        return ObjectInfo(key, size, content_type, self._clock.now())

    async def _upload_part(
        self, key: str, upload: str, number: int, content: bytes
    ) -> "CompletedPartTypeDef":
        done = await self._run(
            key,
            self._client.upload_part,
            Bucket=self._bucket,
            Key=key,
            UploadId=upload,
            PartNumber=number,
            Body=content,
        )
        return {"ETag": done["ETag"], "PartNumber": number}

    def _download(self, key: str) -> bytes:
        with self._client.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
            return body.read()

    async def _load_info(self, key: str) -> ObjectInfo:
        head = await self._run(key, self._client.head_object, Bucket=self._bucket, Key=key)
        return ObjectInfo(key, head["ContentLength"], head["ContentType"], _to_utc(head["LastModified"]))

    async def _read_pages(self, prefix: str) -> AsyncIterator[Sequence["ObjectTypeDef"]]:
        """Yield pages of a listing, each after the last key of the page before: works while deleting."""
        check_prefix(prefix)
        last = ""
        while True:
            answer = await self._run(
                prefix,
                self._client.list_objects_v2,
                Bucket=self._bucket,
                Prefix=prefix,
                StartAfter=last,
            )
            if page := answer.get("Contents", []):
                yield page
                last = page[-1]["Key"]
            if not answer["IsTruncated"]:
                return

    def _delete_all(self, keys: Sequence[str]) -> None:
        """Delete up to 1000 keys in one request, or one by one where the store does not support that."""
        from botocore.exceptions import ClientError

        if self._deletes_batches:
            try:
                return self._delete_batch(keys)
            except ClientError as error:
                if not _is_unsupported(error.response):
                    raise
                self._deletes_batches = False
        for key in keys:
            self._client.delete_object(Bucket=self._bucket, Key=key)
        return None

    def _delete_batch(self, keys: Sequence[str]) -> None:
        answer = self._client.delete_objects(
            Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )
        if errors := answer.get("Errors"):
            raise ServiceUnavailable(f"{len(errors)} files could not be deleted; try again later")

    async def _sign_link(
        self, operation: str, key: str, expires_in: timedelta, parameters: dict[str, Any]
    ) -> str:
        return await self._run(
            key,
            self._client.generate_presigned_url,
            operation,
            Params={"Bucket": self._bucket, "Key": check_key(key), **parameters},
            ExpiresIn=int(expires_in.total_seconds()),
        )


async def _collect_parts(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield parts of the size that a store takes; the last is smaller, perhaps empty."""
    part = bytearray()
    async for chunk in chunks:
        part += chunk
        while len(part) >= PART_BYTES:
            yield bytes(part[:PART_BYTES])
            del part[:PART_BYTES]
    yield bytes(part)


def _build_config() -> Any:
    from botocore.config import Config

    return Config(
        signature_version="s3v4",
        connect_timeout=5,
        read_timeout=30,
        max_pool_connections=THREADS,
        retries={"mode": "standard", "total_max_attempts": 3},
        # Cloud Storage supports neither checksum trailers nor buckets as host names.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path"},
    )


@contextmanager
def _translate_errors(key: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise ObjectNotFound(key) from error
        raise ServiceUnavailable("The file storage refused the request; try again later") from error
    except BotoCoreError as error:
        raise ServiceUnavailable("The file storage did not respond; try again later") from error


def _is_unsupported(response: Any) -> bool:
    """Tell whether a refusal is of the kind of request rather than of this one."""
    return response["ResponseMetadata"]["HTTPStatusCode"] in (400, 404, 405, 411, 501)


def _to_utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)
