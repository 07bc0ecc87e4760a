"""The digest of a client's sealed values, as log entries about a change carry it.

SHA-256 over the key's id and each sealed group with its counter (vault.sealed.digests). A row that was later
put back to an older state, counters and all, opens without complaint; but the newest entry that names its
digest still says what was there (vault.records.versions.verifying).

An entry about one client carries 160 bits as `seal-<hex>`. An entry about up to a thousand carries 60 bits
each, in the order of its subjects, five to a code: that is what fits into an entry of the log, and to pass
for a row an older state of the very same row would have to agree in all of them.
"""

from base64 import b32encode
from collections.abc import Iterable, Sequence
from uuid import UUID

from vault.records.models import Client
from vault.sealed.digests import seal_digest
from vault.sealed.models import sealed_groups

ONE = "seal-"
MANY = "s."
_HEX = 40
_SHORT = 12
_IN_A_CODE = 5


def seal_codes(digests: Sequence[bytes]) -> tuple[str, ...]:
    """The codes for `Entry.fields`, in the order of the entry's subjects."""
    if len(digests) == 1:
        return (ONE + digests[0].hex()[:_HEX],)
    short = [_short(digest) for digest in digests]
    return tuple(MANY + "".join(short[at : at + _IN_A_CODE]) for at in range(0, len(short), _IN_A_CODE))


def digests_in(subjects: Sequence[UUID], fields: Iterable[str]) -> dict[UUID, str]:
    """What an entry says of its subjects; empty where it says nothing."""
    codes = [code for code in fields if code.startswith((ONE, MANY))]
    if len(codes) == 1 and codes[0].startswith(ONE):
        return {subjects[0]: codes[0].removeprefix(ONE)}
    whole = "".join(code.removeprefix(MANY) for code in codes)
    each = [whole[at : at + _SHORT] for at in range(0, len(whole), _SHORT)]
    return dict(zip(subjects, each, strict=False))


def is_as_said(client: Client, said: str) -> bool:
    """Whether the stored row is the one that the entry spoke of."""
    digest = digest_of(client)
    return said == (digest.hex()[:_HEX] if len(said) == _HEX else _short(digest))


def _short(digest: bytes) -> str:
    return b32encode(digest[:10]).decode()[:_SHORT].lower()  # ten bytes: sixteen characters, no padding


def digest_of(client: Client) -> bytes:
    """Of a client as it is loaded, or as it was just saved."""
    return seal_digest(
        client.key_id,
        [
            (getattr(client, group.counter_name), None if sealed is None else bytes(sealed))
            for group in sealed_groups(Client)
            for sealed in (getattr(client, group.attname),)
        ],
    )
