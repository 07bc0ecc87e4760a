"""Putting a change of a company's people before a second person. Until then all stays as it is."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from people.accounts.models import User
from people.approvals.services import request_approval
from vault.purposes.catalogue import ChangeReason
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.relations.people.models import Evidence, PositionProposal, Relation
from vault.relations.rows import new_row, record_row

POSITION_BY_TWO = "position.change"


def propose(
    company: Client,
    holder: Client,
    position: str,
    *,
    by: User,
    evidence: str,
    since: date | None = None,
    percent: str = "",
    replaces: Relation | None = None,
    until: date | None = None,
) -> PositionProposal:
    """Store what is to be, and ask for the second person; `until` proposes the end of `replaces`.

    In the caller's transaction with the company's row locked; with a share, in an access that may seal it.

    Raises NotPossible: a change of this very position waits already.
    """
    if company.proposed_positions.filter(client=holder, position=position).exists():
        raise NotPossible(
            _("A change of one of these waits for a second person already. Nothing was changed now.")
        )
    proposal: PositionProposal = new_row(
        PositionProposal,
        holder,
        by,
        company=company,
        position=position,
        evidence=evidence,
        since=since,
        percent=percent,
        replaces=replaces,
        until=until,
    )
    params = {"proposal": str(proposal.pk)}
    proposal.approval = request_approval(
        actor=by, action=POSITION_BY_TWO, params=params, reason=why(proposal)
    )
    proposal.save(update_fields=["approval"])
    record_row(Action.RELATION_PROPOSE, ObjectType.RELATION, proposal, fields=(position,), more=(company.pk,))
    return proposal


def why(proposal: PositionProposal) -> str:
    """Where it is known from; of an end nothing is known but that it has changed."""
    ends = proposal.until is not None
    return str(ChangeReason.UPDATE.label if ends else Evidence(proposal.evidence).label)


def waiting_positions(client: Client) -> list[PositionProposal]:
    """What waits in the register of this company, or about what this client holds; nothing is opened."""
    about = PositionProposal.objects.filter(company=client) | PositionProposal.objects.filter(client=client)
    return list(about.defer("share").select_related("by", "approval").order_by("pk"))
