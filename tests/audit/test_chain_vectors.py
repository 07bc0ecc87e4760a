"""The chain and the leaf, recomputed here in plain Python from the specification, with none of our code."""

import json
import struct
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from audit.log import record_read
from tests.audit.conftest import entry

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "log_chain.json").read_text())["entries"]


def linked(previous: bytes, row: dict[str, Any]) -> bytes:
    place = UUID(row["writer"]).bytes + struct.pack(">qiQq", row["seq"], row["epoch"], row["xact"], row["at"])
    return sha256(previous + place + UUID(row["id"]).bytes + sha256(row["leaf"].encode()).digest()).digest()


def test_the_links_of_the_vectors() -> None:
    link = sha256(b"sealroom log chain 1").digest()
    for number, row in enumerate(VECTORS, 1):
        assert row["seq"] == number
        link = linked(link, row)
        assert link.hex() == row["link"]


@pytest.mark.parametrize("row", VECTORS)
def test_the_leaves_of_the_vectors_are_canonical(row: dict[str, Any]) -> None:
    said = json.loads(row["leaf"])
    assert json.dumps(said, sort_keys=True, separators=(",", ":")) == row["leaf"]
    assert said["detail"] == (sha256(bytes.fromhex(row["detail"])).hexdigest() if row["detail"] else None)


@pytest.mark.django_db
def test_the_database_links_as_the_vectors_say() -> None:
    ids = [record_read(entry()) for _ in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(
            "select id::text, writer::text, seq, epoch, xact::text::bigint,"
            " (extract(epoch from at - '2000-01-01Z') * 1000000)::bigint, convert_from(leaf, 'UTF8'), link"
            " from log.entry where id = any(%s) order by seq",
            [ids],
        )
        names = ("id", "writer", "seq", "epoch", "xact", "at", "leaf", "link")
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for one, following in pairwise(rows):
        assert linked(bytes(one["link"]), following) == bytes(following["link"])
