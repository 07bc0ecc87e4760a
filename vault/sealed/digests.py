"""The digest of a record as it is stored, never of what it says."""

import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256

# A value longer than this goes in by its own SHA-256, which the database makes: scans are not carried over.
LONG = 65_536  # bytes
_NOTHING = 0xFFFFFFFF
_HEAD = struct.Struct(">II")

# A group as it is stored: counter, length (None: absent), its bytes or, where they are LONG, their digest.
Part = tuple[int, int | None, bytes]


def record_digest(key_id: int, parts: Iterable[Part], told: Iterable[tuple[str, object]] = ()) -> bytes:
    """SHA-256 over the key's id, the counter, length and bytes of each group, and the open columns `told`.

    A column without a value is left out, so that a column which a later version adds, null in the rows that
    are there, changes no digest.
    """
    pieces = [key_id.to_bytes(8, "big")]
    for counter, size, shown in parts:
        pieces += (_HEAD.pack(counter, _NOTHING if size is None else size), shown)
    pieces += (f"{name}={_text(value)}\n".encode() for name, value in told if value is not None)
    return sha256(b"".join(pieces)).digest()


def seal_digest(key_id: int, groups: Iterable[tuple[int, bytes | None]]) -> bytes:
    """Of sealed groups alone: counter and bytes of each, as they are about to be stored.

    Which row it is need not go in: each value is bound to its row, so that it opens in no other.
    """
    return record_digest(key_id, parts_of(groups))


def parts_of(groups: Iterable[tuple[int, bytes | None]]) -> Iterator[Part]:
    for counter, sealed in groups:
        if sealed is None:
            yield counter, None, b""
        else:
            yield counter, len(sealed), sha256(sealed).digest() if len(sealed) > LONG else sealed


def _text(value: object) -> str:
    """One form of a code, date or id, whether it comes from a form or from the database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
