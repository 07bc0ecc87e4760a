"""From a stale client to its destruction: somebody asks, an officer decides, and the next list holds it.

Asking changes nothing. The officer's word ends the client's use at once (storage only, PIPL 47) and every
period of retention but one that a law prescribes, so that it comes due: on the next proposed list, which two
others approve as any other (compliance.destruction).
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from audit.refusals import Refused
from compliance.retention.due import rules_over
from compliance.retention.models import EndReason
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.approvals.services import request_approval
from people.roles.permissions import Permission
from vault.records.access import get_client, may_open
from vault.records.errors import NotPossible
from vault.relations.mandates.standing import is_bound

END_USE = "retention.end_use"


@transaction.atomic
def ask_to_end(*, actor: User, client_id: UUID, reason: EndReason) -> ApprovalRequest:
    """Hand a client over: is it still needed?

    Raises:
        Refused: no such client for this person, or it is kept for storage only already.
        NotPossible: it was asked already, a mandate binds, or no rule of retention covers the client, so that
            nothing follows.
    """
    client = get_client(actor, client_id, Permission.CLIENT_EDIT)
    if not may_open(client):
        raise Refused(ObjectType.CLIENT, client_id, Action.RETENTION_ASK)
    if is_bound(client_id):
        raise NotPossible(_("A mandate of this client is in force or still to come. End it first."))
    if asked_about(client_id) is not None:
        raise NotPossible(_("This was asked already and waits for the compliance officer."))
    if not rules_over(client_id):
        raise NotPossible(_("No rule of retention covers this client: compliance must make one first."))
    params = {"client": str(client_id), "reason": reason.value}
    asked = request_approval(actor=actor, action=END_USE, params=params, reason=str(reason.label))
    record_change(
        Entry(
            action=Action.RETENTION_ASK,
            object_type=ObjectType.CLIENT,
            object_id=client_id,
            subjects=(client_id,),
            deal=client.book.deal_id,
            reason=reason.value,
        )
    )
    return asked


def asked_about(client_id: UUID) -> ApprovalRequest | None:
    """The request about this client that waits. The caller has passed the client's gate."""
    waiting = ApprovalRequest.objects.filter(action=END_USE, state=State.PENDING)
    return waiting.filter(params__client=str(client_id)).first()
