"""Writing rows of log.entry: one INSERT for any number of entries, and the head of the chain that it made."""

from collections.abc import Sequence

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import execute_values

from audit.entry import Stamped, leaf, timestamp
from audit.heads import Head
from audit.prepared import prepare

COLUMNS = (
    *("id", "actor", "on_behalf_of", "session", "request", "action", "purpose", "reason", "result"),
    *("object_type", "object_id", "subjects", "deal", "fields", "keys", "network", "detail_key"),
)
# The database stamps time and transaction and links the chain; the newest link comes back.
_INSERT = f"insert into log.entry ({', '.join(COLUMNS)}, leaf, detail) values %s"  # noqa: S608 (constants)
_MANY = (
    f"with new as ({_INSERT} returning writer, seq, link)"  # noqa: S608 (constants)
    " select writer::text, seq, encode(link, 'hex') from new order by seq desc limit 1"
)
# Of one entry, the statement is parsed and planned once for a connection: that took a fifth of its time.
_VALUES = f"({', '.join(f'${number}' for number in range(1, len(COLUMNS) + 3))})"
_STATEMENT = f"as {_INSERT % _VALUES} returning writer::text, seq, encode(link, 'hex')"
_ONE = f"execute log_entry ({', '.join(['%s'] * (len(COLUMNS) + 2))})"

Row = tuple[object, ...]


def row(stamped: Stamped) -> Row:
    """The values to insert. Raises ValueError when the leaf is too long."""
    columns = stamped.columns()
    detail = stamped.entry.detail.sealed if stamped.entry.detail else None
    data = leaf(columns, detail=detail, time=timestamp(stamped.time))
    return (
        *(_literal(columns[name]) for name in COLUMNS),
        _escaped(data),
        None if detail is None else "\\x" + detail.hex(),
    )


def insert(cursor: Cursor, rows: Sequence[Row]) -> Head:
    """Insert the rows in one statement; returns the head of this connection's chain after them."""
    if len(rows) > 1:
        execute_values(cursor, _MANY, rows, page_size=len(rows))
    else:
        prepare(cursor.connection, "log_entry", lambda: _STATEMENT)
        cursor.execute(_ONE, rows[0])
    found = cursor.fetchone()
    assert found is not None  # an INSERT that did not raise returned a row for each that it made
    return Head(*found)


def _literal(value: object) -> object:
    # The members are codes, UUIDs and integers, so no array needs quoting; psycopg2 quotes the whole.
    return "{" + ",".join(map(str, value)) + "}" if isinstance(value, list) else value


def _escaped(data: bytes) -> str:
    """A bytea in its escape form, for JSON: half as long as in hexadecimal, and read in half the time."""
    return data.decode().replace("\\", "\\\\")
