"""Free text beside a log entry: sealed under a key that the client has for this month's words (vault 0033).

So it dies with the client, or with the words of its month. Only its digest is in the log's leaf; the proofs
stay whole when the text is gone.
"""

from uuid import uuid4

from audit.actions import Action
from audit.entry import SealedDetail
from vault.access import Mode, access
from vault.crypto.envelope import OpenKey, group_tag, open_sealed
from vault.crypto.keywrap import KeyKind
from vault.keys import store
from vault.keys.errors import KeyWithheld
from vault.keys.seals import seal_counted
from vault.keys.service import draft_keys, enter_keys
from vault.records.entries import client_entry
from vault.records.models import Client
from vault.sealed.context import AccessContext
from vault.sealed.opening import data_key

LIMIT = 500  # characters
_TAG = group_tag("client.log_reason")
_TRIES = 3  # another process may declare the month's key first


def seal_reason(client: Client, text: str) -> SealedDetail:
    """Seal `text` for the log, under the key of this month, which is made with its first words.

    Raises KeyWithheld: the client is destroyed or frozen; LogUnavailable.
    """
    for _ in range(_TRIES):
        known = store.detail_key(client.pk)
        opening = client_entry(client, Action.CLIENT_OPEN, more_keys=() if known is None else (known,))
        with access(Mode.WRITE, opening, groups=()) as context:
            if known is not None:
                return _sealed(client, data_key(context, known), text)
            drafts = draft_keys(KeyKind.SUBJECT, [uuid4()], parent=context.keys[client.book.key_id])
        [[made, opened]] = drafts.opened.items()
        enter_keys(drafts)
        if store.detail_add(made, client.pk) == made and isinstance(opened.key, OpenKey):
            return _sealed(client, opened.key, text)
    raise KeyWithheld(1)


def open_reason(context: AccessContext, client: Client, sealed: bytes, *, key_id: int) -> str:
    """The text of an entry about this client, sealed under the key that its entry names.

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


def _sealed(client: Client, key: OpenKey, text: str) -> SealedDetail:
    # The counter is 0: a log entry is never written over, so nothing older could be put back.
    place = _TAG, client.sealed_row(), client.sealed_compartment(), 0
    [sealed] = seal_counted([(key, text.encode(), *place)])
    return SealedDetail(sealed=sealed, key=key.key_id)
