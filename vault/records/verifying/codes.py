"""The digests of rows as log entries carry them, in `Entry.fields`.

A client's digest is over its sealed values. An entry about one client carries 160 bits as `seal-<hex>`. An
entry about up to a thousand carries 60 bits each, in the order of its subjects, five to a code: that is what
fits into an entry of the log, and to pass for a row an older state of the very same row would have to agree
in all of them.

Any other row has a code of its own, `row.<kind>.<of>.<id>.<digest>`: two letters for the model, which of the
entry's subjects it is about, its id, and 130 bits over its sealed values and its open columns; or `gone` in
their place, where a service deleted it. Id and digest are in base32 (RFC 4648, section 6, lower case, no
padding).

A row that was later put back to an older state, counters and all, opens without complaint; but the newest
entry that names its digest still says what was there (vault.records.verifying.comparing).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from vault.records.models import Client
from vault.records.verifying.registry import of_model
from vault.sealed.digests import parts_of, record_digest
from vault.sealed.models import SealedModel

CLIENT = "cl"  # the kind of clients themselves
GONE = "gone"
ROW = "row."
ROWS_AN_ENTRY = 150
_ONE = "seal-"
_MANY = "s."
_HEX = 40
_SHORT = 12
_IN_A_CODE = 5
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_TWO = [high + low for high in _BASE32 for low in _BASE32]  # ten bits
_TEN_BITS = {count: range(10 * count - 10, -1, -10) for count in (6, 13)}  # by how many of them
_NUMBER = {code: number for number, code in enumerate(_TWO)}


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says of a row: its digest, GONE, or "" where it is from before digests were logged."""

    client: UUID
    digest: str

    def fits(self, digest: bytes) -> bool:
        """Whether the row that has this digest is the one that the entry spoke of."""
        if len(self.digest) == _HEX:
            return self.digest == digest.hex()[:_HEX]
        return self.digest == (_short(digest) if len(self.digest) == _SHORT else _long(digest))


def client_codes(digests: Sequence[bytes]) -> tuple[str, ...]:
    """The codes of clients, in the order of the entry's subjects."""
    if len(digests) == 1:
        return (_ONE + digests[0].hex()[:_HEX],)
    short = [_short(digest) for digest in digests]
    return tuple(_MANY + "".join(short[at : at + _IN_A_CODE]) for at in range(0, len(short), _IN_A_CODE))


def client_code(client: Client) -> str:
    """The code of a client as it is loaded, or as it was just saved, in an entry about it alone."""
    return client_codes([digest_of(client)])[0]


def row_code(row: SealedModel) -> str:
    """The code of another row, as it is stored, in an entry whose first subject is its client."""
    return code_of(of_model(type(row)).kind, 0, row.pk, digest_of(row))


def gone_code(row: SealedModel) -> str:
    """The same for a row that its service has just deleted."""
    return code_of(of_model(type(row)).kind, 0, row.pk, None)


def code_of(kind: str, subject: int, row: UUID, digest: bytes | None) -> str:
    """The code of a row of the entry's subject number `subject`; no digest: it is gone."""
    return f"{ROW}{kind}.{_TWO[subject]}.{key_of(row)}.{GONE if digest is None else _long(digest)}"


def digest_of(row: SealedModel) -> bytes:
    """Of a row as it is loaded, or as it was just saved."""
    compared = of_model(type(row))
    groups = [
        (getattr(row, group.counter_name), None if sealed is None else bytes(sealed))
        for group in compared.groups
        for sealed in (getattr(row, group.attname),)
    ]
    told = [(column.attname, column.to_python(getattr(row, column.attname))) for column in compared.told]
    return record_digest(row.key_id, parts_of(groups), told)


def said_in(subjects: Sequence[UUID], fields: Iterable[str]) -> Iterator[tuple[tuple[str, str], Said]]:
    """What an entry says of rows, by kind and key."""
    many = []
    for code in fields:
        if code.startswith(ROW):
            _, kind, subject, key, digest = code.split(".")
            yield (kind, key), Said(subjects[_NUMBER[subject]], digest)
        elif code.startswith(_ONE):
            yield (CLIENT, key_of(subjects[0])), Said(subjects[0], code.removeprefix(_ONE))
        elif code.startswith(_MANY):
            many.append(code.removeprefix(_MANY))
    whole = "".join(many)
    for at, client in zip(range(0, len(whole), _SHORT), subjects, strict=False):
        yield (CLIENT, key_of(client)), Said(client, whole[at : at + _SHORT])


def key_of(row: UUID) -> str:
    """26 letters and digits."""
    return _base32(row.int << 2, 13)


def id_of(key: str) -> UUID:
    number = 0
    for at in range(0, len(key), 2):
        number = number << 10 | _NUMBER[key[at : at + 2]]
    return UUID(int=number >> 2)


def _short(digest: bytes) -> str:
    """The first 60 bits: an import makes one for each client."""
    return _base32(int.from_bytes(digest[:8]) >> 4, 6)


def _long(digest: bytes) -> str:
    """The first 130 bits."""
    return _base32(int.from_bytes(digest[:17]) >> 6, 13)


def _base32(bits: int, pairs: int) -> str:
    """Of ten bits a pair; a fifth of the time that the library's takes."""
    return "".join([_TWO[bits >> shift & 1023] for shift in _TEN_BITS[pairs]])
