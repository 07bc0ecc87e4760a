"""Putting a change before a second person. Until they agree nothing of the client is other than it was."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.services import request_approval
from vault.purposes.catalogue import ChangeReason
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.verifying.codes import row_code
from vault.records.versions.models import ChangeProposal

CHANGE_BY_TWO = "client.change"


def propose(*, actor: User, client: Client, values: Mapping[str, str], reason: str) -> ChangeProposal:
    """Seal `values` (by field code; "" empties) beside the client, and ask for the second person.

    In the caller's transaction, with the client locked, inside an access that may write it.

    Raises NotPossible: one of the fields waits already.
    """
    if client.proposals.filter(fields__overlap=list(values)).exists():
        raise NotPossible(
            _("A change of one of these waits for a second person already. Nothing was changed now.")
        )
    proposal = ChangeProposal(
        client=client,
        book_id=client.book_id,
        key_id=client.key_id,
        version=client.version,
        fields=list(values),
        reason=reason,
        proposed_by=actor,
        **values,
    )
    proposal.save()
    params = {"proposal": str(proposal.pk)}
    why = str(ChangeReason(reason).label)
    proposal.approval = request_approval(actor=actor, action=CHANGE_BY_TWO, params=params, reason=why)
    proposal.save(update_fields=["approval"])
    record_change(
        Entry(
            action=Action.CLIENT_PROPOSE,
            object_type=ObjectType.CLIENT,
            object_id=client.pk,
            subjects=(client.pk,),
            deal=client.book.deal_id,
            fields=(*values, row_code(proposal)),
            reason=reason,
        )
    )
    return proposal


def waiting_changes(client_id: UUID) -> "list[ChangeProposal]":
    """What waits for a second person; nothing is opened. The caller has passed the client's gate."""
    found: Any = ChangeProposal.objects.filter(client=client_id).select_related("proposed_by", "approval")
    return list(found.defer("identity", "contact", "financial", "remarks").order_by("pk"))
