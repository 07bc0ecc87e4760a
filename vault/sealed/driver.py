"""What the driver makes of a bytea: bytes, instead of a memoryview over a copy of its own.

Every sealed value comes as one. psycopg2's own conversion makes three objects of a value, which its record
then keeps, and the bytes must be copied out of them to be opened.
"""

from binascii import a2b_hex

from psycopg2 import BINARY
from psycopg2.extensions import cursor as Cursor
from psycopg2.extensions import new_type, register_type

_BYTEA = 17  # the type's number in pg_type, the same in every PostgreSQL


def register() -> None:
    """For every connection of this process."""
    register_type(new_type((_BYTEA,), "BYTES", _bytes))


def _bytes(value: str | bytes | None, cursor: Cursor) -> bytes | None:
    if value is None:
        return None
    if isinstance(value, str) and value.startswith("\\x"):
        return a2b_hex(value[2:])
    return bytes(BINARY(value, cursor))  # of a server with `bytea_output = escape`
