"""Showing the communication log: codes and times stand open, what was said opens one entry at a time."""

from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.disclosures.categories import Category
from vault.purposes.catalogue import Reason
from vault.records.access import which_clients
from vault.records.labels import Group
from vault.records.models import Client
from vault.records.reading import revealed
from vault.relations.communications.models import TEXT, Communication


def communications_of(client: Client) -> "QuerySet[Communication]":
    """The client's log, newest first. Nothing is opened: whether there is text shows by its bytes alone."""
    rows: QuerySet[Communication] = client.communication_rows.select_related("by", "corrected_by")
    return rows.order_by("-at", "-id")


def get_communication(
    user: User, communication_id: UUID, permission: Permission = Permission.CLIENT_VIEW
) -> Communication:
    """Raises Refused when there is none, or none for this person."""
    allowed = which_clients(user, permission)
    row: Communication | None = (
        Communication.objects.filter(pk=communication_id, client__in=allowed)
        .select_related("by", "corrected_by", "client__book")
        .first()
    )
    if row is None:
        raise Refused(ObjectType.COMMUNICATION, communication_id, Action.CLIENT_VIEW)
    return row


def reveal_text(
    *,
    actor: User,
    communication_id: UUID,
    purpose: str,
    reason: Reason,
    words: str = "",
    confirmed: bool = False,
) -> tuple[Communication, str]:
    """What was said, in plaintext. It opens as notes do, and counts as the content of communications
    (interpretation of 2017, art. 5 (三)). Raises as `vault.records.reading.revealed` does."""
    row = get_communication(actor, communication_id, Permission.CLIENT_REVEAL)
    with revealed(
        actor=actor,
        client_id=row.client_id,
        group=Group.NOTES,
        opened={TEXT},
        purpose=purpose,
        reason=reason,
        words=words,
        confirmed=confirmed,
        counted_as=Category.PROPERTY,
    ):
        return row, row.text
