"""The digest that fixes whom an export holds."""

import hashlib

from vault.disclosures.models import Export


def list_digest(export: Export) -> str:
    """SHA-256, in hexadecimal, over the sorted ids of the clients that were asked for."""
    digest = hashlib.sha256()
    for client_id in export.items.order_by("client_id").values_list("client_id", flat=True).iterator(5000):
        digest.update(client_id.bytes)
    return digest.hexdigest()
