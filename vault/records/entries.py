"""The log entries of an access to clients: what every opening of a client names."""

from audit.actions import Action, ObjectType
from audit.entry import Entry
from vault.records.models import Client


def client_entry(
    client: Client, action: Action, *, more_keys: tuple[int, ...] = (), fields: tuple[str, ...] = ()
) -> Entry:
    """The entry of an access to one client: names its key, and the compartment key that it hangs from."""
    return Entry(
        action=action,
        object_type=ObjectType.CLIENT,
        object_id=client.pk,
        subjects=(client.pk,),
        deal=client.book.deal_id,
        fields=fields,
        keys=(client.key_id, client.book.key_id, *more_keys),
    )
