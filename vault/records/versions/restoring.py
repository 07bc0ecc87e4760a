"""Putting an older version back: a change like any other, for which two are needed where two are needed."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.purposes.catalogue import ChangeReason
from vault.records.access import get_client
from vault.records.changing import Change, make_change, writing
from vault.records.errors import ChangedMeanwhile, NotPossible
from vault.records.labels import Field
from vault.records.models import Client, ClientVersion


def restore_version(
    *, actor: User, client_id: UUID, number: int, version: int, fields: Collection[str]
) -> Client:
    """Make the chosen fields again what they were as version `number`.

    Args:
        version: the client's version that the person saw.
        fields: field codes, and perhaps `extras`.

    Raises:
        ChangedMeanwhile: the client has changed since the person looked.
        NotPossible: nothing was chosen, or a field waits for a second person already.
        Refused: no such client for this person, no such version, or it is kept for storage only.
    """
    found = get_client(actor, client_id, Permission.CLIENT_EDIT)
    if not fields:
        raise NotPossible(_("Choose what to put back. Nothing was changed."))
    with writing(found) as (client, tokens):
        before: ClientVersion | None = client.versions.filter(number=number).first()
        if before is None:
            raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_EDIT)
        if client.version != version or before.key_id != client.key_id:
            raise ChangedMeanwhile(
                _("Somebody else has changed this client meanwhile. Nothing was saved: look at it again.")
            )
        values = {code.value: getattr(before, code) for code in Field if code in fields}
        extras = {**dict.fromkeys(client.extras, ""), **before.extras} if "extras" in fields else None
        make_change(client, tokens, Change(values, extras), by=actor, reason=ChangeReason.RESTORE)
    return client
