"""The gate of mandates: those of the clients that a person may see or change."""

from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_clients
from vault.relations.mandates.models import Mandate, MandateState


def which_mandates(user: User, permission: Permission = Permission.CLIENT_VIEW) -> "QuerySet[Mandate]":
    """Without the sealed documents, which are loaded when they are opened."""
    found: QuerySet[Mandate] = Mandate.objects.filter(client__in=which_clients(user, permission))
    return found.select_related("client__book", "by").defer("document", "document_seal")


def get_mandate(user: User, mandate_id: UUID, action: Action, permission: Permission) -> Mandate:
    """Raises Refused: there is none, or none for this person."""
    row: Mandate | None = which_mandates(user, permission).filter(pk=mandate_id).first()
    if row is None:
        raise Refused(ObjectType.MANDATE, mandate_id, action)
    return row


def left_drafts(viewer: User, leaver: User) -> int:
    """How many mandates of the leaver's clients are not signed, in the books that the viewer manages."""
    managed = which_mandates(viewer, Permission.BOOK_MANAGE)
    return managed.filter(client__assigned=leaver, state=MandateState.DRAFT).count()
