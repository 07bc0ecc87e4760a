"""The hash by which a text is known that somebody signs or accepts."""

import hashlib
from collections.abc import Iterable


def fingerprint(pieces: Iterable[str]) -> bytes:
    """SHA-256 (32 bytes) over the pieces in UTF-8, each length-prefixed so that no two texts with their
    boundaries moved hash alike."""
    digest = hashlib.sha256()
    for piece in pieces:
        raw = piece.encode()
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.digest()
