"""Free text beside a log entry: sealed under the client's own key, so that it dies with the client.

Only its digest is in the log's leaf; the proofs stay whole when the text is gone.
"""

from audit.entry import SealedDetail
from vault.crypto.envelope import group_tag, open_sealed
from vault.keys.seals import seal_counted
from vault.records.models import Client
from vault.sealed.context import AccessContext
from vault.sealed.opening import data_key

LIMIT = 500  # characters
_TAG = group_tag("client.log_reason")


def seal_reason(context: AccessContext, client: Client, text: str) -> SealedDetail:
    """Seal `text` for the log. The context must hold the client's key."""
    # The counter is 0: a log entry is never written over, so nothing older could be put back.
    place = _TAG, client.sealed_row(), client.sealed_compartment(), 0
    [sealed] = seal_counted([(data_key(context, client.key_id), text.encode(), *place)])
    return SealedDetail(sealed=sealed, key=client.key_id)


def open_reason(context: AccessContext, client: Client, sealed: bytes, *, key_id: int) -> str:
    """The text of an entry about this client, sealed under the key that it had then.

    Raises SealBroken for another client's.
    """
    return open_sealed(
        data_key(context, key_id),
        sealed,
        group=_TAG,
        row=client.sealed_row(),
        compartment=client.sealed_compartment(),
        counter=0,
    ).decode()
