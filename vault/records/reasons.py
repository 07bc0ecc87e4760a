"""Free text beside a log entry: sealed under the client's own key, so that it dies with the client.

Only its digest is in the log's leaf; the proofs stay whole when the text is gone.
"""

from audit.entry import SealedDetail
from vault.crypto.envelope import group_tag, open_sealed, seal
from vault.records.models import Client
from vault.sealed.context import AccessContext
from vault.sealed.opening import data_key

LIMIT = 500  # characters
_TAG = group_tag("client.log_reason")


def seal_reason(context: AccessContext, client: Client, text: str) -> SealedDetail:
    """Seal `text` for the log. The context must hold the client's key."""
    sealed = seal(
        data_key(context, client.key_id),
        text.encode(),
        group=_TAG,
        row=client.sealed_row(),
        compartment=client.sealed_compartment(),
        counter=0,  # a log entry is never written over, so nothing older could be put back
    )
    return SealedDetail(sealed=sealed, key=client.key_id)


def open_reason(context: AccessContext, client: Client, sealed: bytes) -> str:
    """The text of an entry about this client. Raises SealBroken for another client's."""
    return open_sealed(
        data_key(context, client.key_id),
        sealed,
        group=_TAG,
        row=client.sealed_row(),
        compartment=client.sealed_compartment(),
        counter=0,
    ).decode()
