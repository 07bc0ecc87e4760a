"""What goes in by COPY comes out of the database as it was, whatever the column's type."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import DataError, connection, models
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.records.conftest import book, people
from vault.sealed.copying import copy_rows, encoder, row_start, sealed_cell

__all__ = ["book", "people"]
pytestmark = pytest.mark.django_db

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
# Column type, field, values.
COLUMNS: dict[str, tuple[str, models.Field[Any, Any], st.SearchStrategy[Any]]] = {
    "id": ("uuid", models.UUIDField(), st.uuids()),
    "small": ("smallint", models.SmallIntegerField(), st.integers(-(2**15), 2**15 - 1)),
    "count": ("integer", models.PositiveIntegerField(), st.integers(0, 2**31 - 1)),
    "key": ("bigint", models.BigIntegerField(), st.integers(-(2**63), 2**63 - 1)),
    "flag": ("boolean", models.BooleanField(), st.booleans()),
    "code": ("varchar", models.CharField(), TEXTS),
    "codes": ("varchar[]", ArrayField(models.CharField()), st.lists(TEXTS, max_size=4)),
    "day": ("date", models.DateField(), st.dates(date(1, 1, 1), date(9999, 12, 31))),
    "time": (
        "timestamptz",
        models.DateTimeField(),
        st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),
    ),
}
ROWS = st.lists(
    st.tuples(*(st.none() | values for _, _, values in COLUMNS.values()), st.none() | st.binary(max_size=80)),
    max_size=5,
)
SAMPLE = cast("type[models.Model]", SimpleNamespace(_meta=SimpleNamespace(db_table="sample")))


def stored(names: list[str], rows: bytes) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        columns = ", ".join(f"{name} {kind}" for name, (kind, _, _) in COLUMNS.items())
        cursor.execute(f"create temp table sample (place serial, {columns}, sealed bytea)")
        copy_rows(SAMPLE, names, rows)
        cursor.execute(f"select {', '.join(names)} from sample order by place")
        found = [tuple(bytes(one) if isinstance(one, memoryview) else one for one in row) for row in cursor]
        cursor.execute("drop table sample")
    return found


@given(ROWS)
def test_every_value_comes_out_as_it_went_in(rows: list[tuple[Any, ...]]) -> None:
    encoders = [*(encoder(field) for _, field, _ in COLUMNS.values()), sealed_cell]
    start = row_start(len(encoders))
    cells = [start + b"".join(encode(one) for encode, one in zip(encoders, row, strict=True)) for row in rows]
    assert stored([*COLUMNS, "sealed"], b"".join(cells)) == rows


def test_a_column_of_another_type_is_refused_before_anything_is_stored() -> None:
    for field in (models.JSONField(), models.TextField(), ArrayField(models.IntegerField())):
        with pytest.raises(TypeError, match="an open column holds"):
            encoder(field)


def test_rows_that_are_cut_off_add_nothing() -> None:
    cells = row_start(1) + encoder(models.CharField())("abc")
    with pytest.raises(DataError):
        stored(["code"], cells[:-1])
