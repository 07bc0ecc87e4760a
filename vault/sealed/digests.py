"""The digest of a record's sealed values as they are stored, never of what they say."""

import struct
from collections.abc import Iterable
from hashlib import sha256

_NOTHING = 0xFFFFFFFF
_HEAD = struct.Struct(">II")


def seal_digest(key_id: int, groups: Iterable[tuple[int, bytes | None]]) -> bytes:
    """SHA-256 over the key's id and, group by group, counter, length and bytes.

    Which row it is need not go in: each value is bound to its row, so that it opens in no other.
    """
    parts = [key_id.to_bytes(8, "big")]
    for counter, sealed in groups:
        if sealed is None:
            parts.append(_HEAD.pack(counter, _NOTHING))
        else:
            parts += (_HEAD.pack(counter, len(sealed)), sealed)
    return sha256(b"".join(parts)).digest()
