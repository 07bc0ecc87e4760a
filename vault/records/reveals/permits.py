"""Permits: asking a second person, and using what they gave, once."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.services import request_approval
from people.roles.permissions import Permission
from vault.purposes.catalogue import Purpose
from vault.purposes.codes import Act
from vault.purposes.lawfulness import require_lawful
from vault.records.access import get_client, may_reveal, within_grade
from vault.records.labels import FIELDS_OF, Group
from vault.records.models import Client
from vault.records.reveals.models import RevealPermit
from vault.records.reveals.refusals import Lack, RevealRefused

ASK_REVEAL = "client.reveal"
VALID_FOR = timedelta(hours=4)


def ask_permit(*, actor: User, client_id: UUID, group: Group, purpose: str, reason: str) -> ApprovalRequest:
    """Asks an officer to agree that this group is shown to the actor once.

    Raises Refused; NotLawful, for nobody can agree to what the law refuses; ValidationError (for the reason).
    """
    client = get_client(actor, client_id, Permission.CLIENT_REVEAL)
    if not may_reveal(client, group) or not within_grade(
        actor, client, Permission.CLIENT_REVEAL, FIELDS_OF[group]
    ):
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_REVEAL)
    allowed = Purpose(purpose)
    require_lawful(actor=actor, clients=[client], purpose=allowed, act=Act.REVEAL, groups={group})
    params = {
        "client": str(client_id),
        "group": group.value,
        "purpose": allowed.value,
        "person": str(actor.pk),
    }
    return request_approval(actor=actor, action=ASK_REVEAL, params=params, reason=reason)


def give_permit(request: ApprovalRequest, client: Client) -> RevealPermit:
    """What the approval gives, to its requester and nobody else."""
    now = timezone.now()
    return RevealPermit.objects.create(
        person_id=request.requester_id,
        client=client,
        group=str(request.params["group"]),
        purpose=str(request.params["purpose"]),
        approval_id=request.pk,
        given_at=now,
        valid_until=now + VALID_FOR,
    )


def use_permit(*, actor: User, client: Client, group: Group, purpose: str) -> None:
    """Uses up a permit, in the caller's transaction. Raises RevealRefused when there is none."""
    now = timezone.now()
    waiting = RevealPermit.objects.select_for_update().filter(
        person=actor,
        client=client,
        group=group.value,
        purpose=purpose,
        used_at__isnull=True,
        valid_until__gt=now,
    )
    permit = waiting.order_by("valid_until").first()
    if permit is None:
        raise RevealRefused(Lack.PERMIT)
    permit.used_at = now
    permit.save(update_fields=["used_at"])


def permits_of(actor: User, client: Client) -> dict[str, RevealPermit]:
    """Group code → the permit that the person may use now."""
    found = RevealPermit.objects.filter(
        person=actor, client=client, used_at__isnull=True, valid_until__gt=timezone.now()
    )
    return {permit.group: permit for permit in found.order_by("-valid_until")}
