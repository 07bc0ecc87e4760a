"""The keyring's doors to claims: which subject is already whose, by a token under the house's key."""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain
from uuid import UUID

from django.db import connection

AT_ONCE = 5_000  # tokens that one question may hold; the database refuses more


def find(entry: UUID, tokens: Iterable[str]) -> list[tuple[str, UUID]]:
    """(token, subject) of every claim on these tokens, in hex; needs a fresh, committed `claim.ask`."""
    with connection.cursor() as cursor:
        cursor.execute("select * from keyring.claim_find(%s, %s::bytea[])", [entry, _bytes(tokens)])
        return [(bytes(token).hex(), subject) for token, subject in cursor.fetchall()]


def enter(*, replaced: Sequence[UUID], rows: Sequence[tuple[UUID, Collection[str]]]) -> None:
    """Drop the claims of `replaced` subjects and enter `rows` of a subject and its tokens, in hex.

    Each subject needs a live key.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select keyring.claim_enter(%s::uuid[], %s::uuid[], %s::bytea[])",
            [
                _array(one.hex for one in replaced),
                _array(chain.from_iterable([subject.hex] * len(tokens) for subject, tokens in rows)),
                _bytes(chain.from_iterable(tokens for _, tokens in rows)),
            ],
        )


def _bytes(tokens: Iterable[str]) -> str:
    quoted = '","\\\\x'.join(tokens)
    return f'{{"\\\\x{quoted}"}}' if quoted else "{}"


def _array(items: Iterable[str]) -> str:
    """The text form of an array of hex: a fifth of the cost of the driver's own conversion."""
    return "{" + ",".join(items) + "}"
