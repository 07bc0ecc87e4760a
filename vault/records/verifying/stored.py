"""Rows about clients as they are stored, with their digests. Nothing is opened, no scan is carried over."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BinaryField, Case, F, Func, IntegerField, QuerySet, Value, When

from vault.records.verifying.registry import Compared
from vault.sealed.digests import LONG, record_digest

_AT_ONCE = 500  # rows; each group of one has LONG bytes at most


@dataclass(frozen=True, slots=True)
class Stored:
    id: UUID
    client: UUID
    born: datetime
    digest: bytes


def stored(compared: Compared, clients: Collection[UUID], ids: Collection[UUID] = ()) -> Iterator[Stored]:
    """The rows about these clients, or those of them with `ids`, in no order. One query."""
    rows: QuerySet[Any] = QuerySet(compared.model)
    # One array instead of a thousand parameters, which cost more than the rows; names are Django's own.
    column = f'"{compared.model._meta.db_table}"."{compared.client}"'
    rows = rows.extra(where=[f"{column} = any(%s::uuid[])"], params=[list(map(str, clients))])  # noqa: S610
    if ids:
        rows = rows.filter(pk__in=list(ids))
    for number, group in enumerate(compared.groups):
        size = Func(F(group.attname), function="octet_length", output_field=IntegerField())
        rows = rows.annotate(**{f"size_{number}": size})
        hashed = Func(F(group.attname), function="sha256", output_field=BinaryField())
        long = When(**{f"size_{number}__gt": Value(LONG)}, then=hashed)
        shown = Case(long, default=F(group.attname), output_field=BinaryField())
        rows = rows.annotate(**{f"shown_{number}": shown})
    width = 3 * len(compared.groups)
    names = [
        name
        for number, group in enumerate(compared.groups)
        for name in (group.counter_name, f"size_{number}", f"shown_{number}")
    ]
    told = [column.attname for column in compared.told]
    columns = rows.values_list("pk", compared.client, compared.born, "key_id", *names, *told)
    for pk, client, born, key_id, *rest in columns.iterator(chunk_size=_AT_ONCE):
        parts = [
            (rest[at], rest[at + 1], b"" if rest[at + 2] is None else bytes(rest[at + 2]))
            for at in range(0, width, 3)
        ]
        told_of = zip(told, rest[width:], strict=True)
        yield Stored(pk, client, born, record_digest(key_id, parts, told_of))
