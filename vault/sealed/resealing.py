"""Sealing stored records under another key of the same subject, without their values ever being asked for.

The bytes are opened and sealed again here and nowhere kept: no attribute, mask or version comes of it. Group,
row, compartment and counter stay, so a record that was moved is the same record.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model
from psycopg2.extras import execute_values

from vault.crypto.envelope import OpenKey, open_many
from vault.keys.seals import seal_counted
from vault.sealed.context import AccessContext
from vault.sealed.models import SealedModel, sealed_groups
from vault.sealed.opening import data_key


class MovedMeanwhile(Exception):
    """A row was not as it was loaded: the caller's transaction must be undone."""


def reseal(
    model: type[SealedModel],
    records: Sequence[SealedModel],
    context: AccessContext,
    keys: Mapping[UUID, OpenKey],
) -> int:
    """Seal `records`, rows of `model` that the caller has locked, under their subject's key in `keys`.

    `context` is the logged access that holds the keys they are sealed under. Returns how many were written.

    Raises:
        SealBroken: a row does not open; nothing is written.
        MovedMeanwhile: a row was changed since it was loaded.
    """
    groups = sealed_groups(model)
    places = [
        (record, group, data_key(context, record.key_id), keys[record.sealed_subject()])
        for record in records
        for group in groups
        if getattr(record, group.attname) is not None
    ]
    texts = open_many(
        (
            old,
            bytes(getattr(record, group.attname)),
            group.tag,
            record.sealed_row(),
            record.sealed_compartment(),
            getattr(record, group.counter_name),
        )
        for record, group, old, _ in places
    )
    sealed = seal_counted(
        [
            (
                new,
                text,
                group.tag,
                record.sealed_row(),
                record.sealed_compartment(),
                getattr(record, group.counter_name),
            )
            for (record, group, _, new), text in zip(places, texts, strict=True)
        ]
    )
    columns = [str(group.column) for group in groups]
    rows: dict[Any, dict[str, str | None]] = {record.pk: dict.fromkeys(columns) for record in records}
    for (record, group, _, _), value in zip(places, sealed, strict=True):
        rows[record.pk][str(group.column)] = "\\x" + value.hex()
    written = [
        (record.pk, record.key_id, keys[record.sealed_subject()].key_id, *rows[record.pk].values())
        for record in records
    ]
    return _write(model, columns, written)


def _write(model: type[Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> int:
    """Compare and swap: only a row that still names the old key is written."""
    if not rows:
        return 0
    table = connection.ops.quote_name(model._meta.db_table)
    assigned = ", ".join(f"{column} = given.{column}::bytea" for column in columns)
    # Table and columns are Django's own names, no value among them.
    sql = (
        f"update {table} t set key_id = given.new, {assigned}"  # noqa: S608
        f" from (values %s) as given (id, old, new, {', '.join(columns)})"
        " where t.id = given.id and t.key_id = given.old"
    )
    with connection.cursor() as cursor:
        template = f"(%s::uuid, %s::bigint, %s::bigint{', %s' * len(columns)})"
        execute_values(cursor.cursor, sql, rows, template=template, page_size=len(rows))
        if cursor.rowcount != len(rows):
            raise MovedMeanwhile
    return len(rows)
