"""Values of the type bytea come as bytes, in whatever form the server writes them."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

ALL = bytes(range(256))


@pytest.mark.parametrize("form", ["hex", "escape"])
def test_bytes_come_as_bytes(form: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('bytea_output', %s, true)", [form])
        cursor.execute("select %s::bytea, ''::bytea, 'x6162'::bytea, null::bytea", [ALL])
        row = cursor.fetchone()
    assert row == (ALL, b"", b"x6162", None)
    assert [type(value) for value in row[:3]] == [bytes, bytes, bytes]
