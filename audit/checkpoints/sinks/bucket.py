"""Checkpoints in an S3 bucket with object lock in compliance mode: nobody, the account's root included,
deletes or replaces a version before its time is over.

The bucket has versions, so that a second object under the same name does not hide the first from whoever
looks for it; here an object is put only where none is (`If-None-Match`). Credentials come from boto3's own
chain.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from audit.checkpoints.sinks.base import DAY, NAME, BadCopy, Sink, SinkDown, day_of, name_of
from audit.checkpoints.store import Checkpoint

_PREFIX = "checkpoints/"
_THERE = {"PreconditionFailed", "ConditionalRequestConflict"}
_GONE = {"NoSuchKey", "404"}
_MAX_COPY = 65_535  # bytes of a note


class BucketSink(Sink):
    name = "bucket"
    every = timedelta(minutes=1)

    def __init__(
        self, *, bucket: str, region: str, endpoint: str | None, keep: timedelta, within: str = ""
    ) -> None:
        """`within`: a folder that ends with a slash, or none."""
        limits = Config(
            connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2}
        )
        self._s3 = boto3.client(
            "s3", region_name=region or None, endpoint_url=endpoint or None, config=limits
        )
        self._bucket = bucket
        self._keep = keep
        self._prefix = _PREFIX + within

    def put(self, checkpoint: Checkpoint) -> None:
        """Raises SinkDown, also where the bucket has no object lock: a copy that may be deleted is none."""
        with self._asking():
            try:
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=self._key(day_of(checkpoint), name_of(checkpoint.size)),
                    Body=checkpoint.note,
                    ContentType="text/plain; charset=utf-8",
                    ChecksumAlgorithm="SHA256",
                    IfNoneMatch="*",
                    ObjectLockMode="COMPLIANCE",
                    ObjectLockRetainUntilDate=datetime.now(UTC) + self._keep,
                )
            except ClientError as error:
                if _code(error) not in _THERE:
                    raise

    def days(self) -> list[str]:
        found = self._list("CommonPrefixes", Prefix=self._prefix, Delimiter="/")
        return sorted(filter(DAY.match, (one["Prefix"].removeprefix(self._prefix)[:-1] for one in found)))

    def names(self, day: str) -> list[str]:
        found = self._list("Contents", Prefix=f"{self._prefix}{day}/")
        return sorted(filter(NAME.match, (one["Key"].rpartition("/")[2] for one in found)))

    def read(self, day: str, name: str) -> bytes:
        with self._asking():
            try:
                answer = self._s3.get_object(Bucket=self._bucket, Key=self._key(day, name))
            except ClientError as error:
                if _code(error) in _GONE:
                    raise BadCopy("gone") from None
                raise
            note: bytes = answer["Body"].read(_MAX_COPY + 1)
        if answer.get("ObjectLockMode") != "COMPLIANCE":
            raise BadCopy("unlocked")
        return note

    def _list(self, part: str, **which: str) -> list[dict[str, Any]]:
        with self._asking():
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, **which)
            return [one for page in pages for one in page.get(part, [])]

    def _key(self, day: str, name: str) -> str:
        return f"{self._prefix}{day}/{name}"

    @contextmanager
    def _asking(self) -> Iterator[None]:
        try:
            yield
        except ClientError:
            raise SinkDown("refused") from None
        except BotoCoreError:
            raise SinkDown("unreachable") from None


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
