"""Masks of the clients that an entry names, one client a click, through the vault's own context.

An officer is in no client book, so the books' gate does not let them in. What is given here is less than what
it guards: the masks of name, phone and number of a client whom this entry of the log names, under an entry of
its own. The context is in mask mode: it cannot give out plaintext (vault.access).
"""

from collections.abc import Iterable
from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.models import LogEntry
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.keys.errors import KeyWithheld
from vault.records.access import may_open
from vault.records.models import Client
from vault.records.reading import LISTED, MaskedRow, keys_of, masked_row


def clients_among(ids: Iterable[UUID]) -> set[UUID]:
    """Which of the ids are clients that are still there. One query."""
    return set(Client.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))


def mask_of(user: User, entry: LogEntry, client_id: UUID) -> MaskedRow | None:
    """The masks; None where the client is kept for storage only, frozen or destroyed.

    Raises:
        Refused: not for this person, or the entry does not name the client.
        LogUnavailable: the entry of this look is not committed; nothing was opened.
    """
    if client_id not in entry.subjects or not has(user, Permission.LOG_REASON):
        raise Refused(ObjectType.CLIENT, client_id, Action.LOG_MASK)
    client = Client.objects.select_related("book").filter(pk=client_id).first()
    if client is None or not may_open(client):
        return None
    looking = Entry(
        action=Action.LOG_MASK,
        object_type=ObjectType.CLIENT,
        object_id=client.pk,
        subjects=(client.pk,),
        deal=client.book.deal_id,
        keys=keys_of([client]),
    )
    try:
        with access(Mode.MASK, looking, groups=LISTED):
            return masked_row(client)
    except KeyWithheld:
        return None
