"""The keyring's doors to claims: which subject is already whose, by a token under the house's key."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection

AT_ONCE = 5_000  # tokens that one question may hold; the database refuses more


def find(entry: UUID, tokens: Sequence[bytes]) -> list[tuple[bytes, UUID]]:
    """(token, subject) of every claim on these tokens; needs a fresh, committed `claim.ask`."""
    with connection.cursor() as cursor:
        cursor.execute("select * from keyring.claim_find(%s, %s::bytea[])", [entry, _bytes(tokens)])
        return [(bytes(row[0]), row[1]) for row in cursor.fetchall()]


def enter(*, replaced: Sequence[UUID], rows: Sequence[tuple[UUID, bytes]]) -> None:
    """Drop the claims of `replaced` subjects and enter `rows` of (subject, token). Each needs a live key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select keyring.claim_enter(%s::uuid[], %s::uuid[], %s::bytea[])",
            [
                _array(one.hex for one in replaced),
                _array(row[0].hex for row in rows),
                _bytes(r[1] for r in rows),
            ],
        )


def _bytes(tokens: Iterable[bytes]) -> str:
    return _array('"\\\\x' + token.hex() + '"' for token in tokens)


def _array(items: Iterable[str]) -> str:
    """The text form of an array of hex: a fifth of the cost of the driver's own conversion."""
    return "{" + ",".join(items) + "}"
