"""Storing new records that were sealed one by one: what `bulk_create` does for a sealed model."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from vault.sealed.copying import copy_rows, encoder, row_start, sealed_cell
from vault.sealed.opened import Group
from vault.sealed.sealing import seal_records


def add_records(model: type[models.Model], records: Sequence[Any], groups: Sequence[Group]) -> None:
    """Seal the records and store them by one COPY; each has its id already, since it is sealed for it."""
    seal_records(records, groups)
    sealed = [group.attname for group in groups]
    column_of = {field.attname: str(field.column) for field in model._meta.concrete_fields}
    fields = [field for field in model._meta.concrete_fields if field.attname not in sealed]
    encoders = [(field, encoder(field)) for field in fields]
    names = [*(field.attname for field in fields), *sealed]
    rows = []
    for record in records:
        state = record.__dict__
        rows.append(row_start(len(names)))
        rows += [encode(field.pre_save(record, add=True)) for field, encode in encoders]
        rows += [sealed_cell(state[name]) for name in sealed]
    copy_rows(model, [column_of[name] for name in names], b"".join(rows))
    for record in records:
        record._state.adding, record._state.db = False, connection.alias
