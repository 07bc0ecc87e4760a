"""The words that somebody typed as a reason, sealed beside the entry under the client's own key."""

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.models import LogEntry
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.keys.errors import KeyWithheld
from vault.records.models import Client
from vault.records.reasons import open_reason


def open_sealed_reason(user: User, entry: LogEntry) -> str | None:
    """The words; None once they died with the client. Opening is an entry. Raises Refused, LogUnavailable."""
    if entry.detail is None or not has(user, Permission.LOG_REASON):
        raise Refused(ObjectType.LOG, entry.pk, Action.LOG_REASON)
    # By subject and not by key: a client that was moved to another suite has a newer key by now.
    client = Client.objects.select_related("book").filter(pk__in=entry.subjects).first()
    if client is None or entry.detail_key is None:
        return None
    reading = Entry(
        action=Action.LOG_REASON,
        object_type=ObjectType.LOG,
        object_id=entry.pk,
        subjects=(client.pk,),
        deal=client.book.deal_id,
        keys=(entry.detail_key, client.book.key_id),
    )
    try:
        with access(Mode.OPEN, reading, groups=()) as context:
            return open_reason(context, client, bytes(entry.detail), key_id=entry.detail_key)
    except KeyWithheld:
        return None
