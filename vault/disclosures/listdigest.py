"""The digests that fix whom an export asks for, and whom its file holds."""

import hashlib
from collections.abc import Iterable
from uuid import UUID

from vault.disclosures.models import Export


def list_digest(export: Export) -> str:
    """SHA-256, in hexadecimal, over the sorted ids of the clients that were asked for."""
    return ids_digest(export.items.values_list("client_id", flat=True).iterator(5000))


def ids_digest(ids: Iterable[UUID]) -> str:
    """SHA-256, in hexadecimal, over the sorted ids."""
    return hashlib.sha256(b"".join(sorted(one.bytes for one in ids))).hexdigest()
