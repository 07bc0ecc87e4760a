"""Keeping a client for storage only (PIPL 47): nobody is shown, changes or exports it any more."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientState


@transaction.atomic
def stop_use(*, client_id: UUID, reason: str) -> Client:
    """The caller has decided it, with a second person; `reason` is a code. The row is locked like a writer's.

    Raises NotPossible: it is gone, or kept for storage only already.
    """
    locked = Client.objects.select_for_update(of=("self",)).select_related("book")
    client: Client | None = locked.filter(pk=client_id, state=ClientState.ACTIVE).first()
    if client is None:
        raise NotPossible(_("This client is kept for storage only already."))
    client.state = ClientState.STOP_USE
    client.save(update_fields=["state"])
    record_change(
        Entry(
            action=Action.CLIENT_STOP_USE,
            object_type=ObjectType.CLIENT,
            object_id=client_id,
            subjects=(client_id,),
            deal=client.book.deal_id,
            reason=reason,
        )
    )
    return client
