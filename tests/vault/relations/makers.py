"""Companies, follow-ups and contacts for the tests, made by the services themselves."""

import itertools
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from audit.actions import Action
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from tests.vault.records.makers import acting, add
from vault.purposes.uploads import Proof
from vault.records.models import Client, ClientBook
from vault.relations.communications.models import Communication
from vault.relations.communications.services import Contact, record_communication
from vault.relations.followups.models import FollowUp
from vault.relations.followups.services import Task, set_followup
from vault.relations.mandates.models import TERMS, Mandate
from vault.relations.mandates.services import Terms, draw_up, put_in_force
from vault.relations.mandates.standing import house_day
from vault.relations.people.models import PositionProposal, Relation
from vault.relations.people.reading import positions_of
from vault.relations.people.services import record_share
from vault.relations.rows import new_row, writing

_numbers = itertools.count(1)
PHONE = "+8613800138000"


def person_in(book: ClientBook, *, phone: str = "") -> Client:
    number = next(_numbers)
    return add(book, {"name": f"王小{number}", "phone": phone or f"+86137{number:08}"})


def company_in(book: ClientBook) -> Client:
    return add(book, {"name": f"深圳瑞鑫{next(_numbers)}号贸易有限公司"}, kind="company")


def followup_of(client: Client, user: User, **task: Any) -> FollowUp:
    task.setdefault("due_at", timezone.now() + timedelta(minutes=1))
    with acting(user):
        return set_followup(actor=user, client_id=client.pk, task=Task(**task))


def said_to(client: Client, user: User, text: str = "定金三万已谈妥", **contact: Any) -> Communication:
    with acting(user):
        return record_communication(actor=user, client_id=client.pk, contact=Contact(text=text, **contact))


def share(company: Client, holder: Client, user: User, percent: str) -> Relation:
    """In the first register of a company, which counts at once."""
    with acting(user):
        row = record_share(actor=user, company_id=company.pk, client_id=holder.pk, percent=percent)
    assert row is not None
    return row


def propose_share(company: Client, holder: Client, user: User, percent: str) -> None:
    """Where a second person is needed."""
    with acting(user):
        row = record_share(actor=user, company_id=company.pk, client_id=holder.pk, percent=percent)
    assert row is None


def asked_position(company: Client) -> ApprovalRequest:
    """The request of the one change of the company's register that waits."""
    request = PositionProposal.objects.select_related("approval").get(company=company).approval
    assert request is not None
    return request


def live_shares(held: SimpleNamespace) -> list[tuple[str, bool]]:
    """Band and agreement of each live share, oldest first."""
    with acting(held.ming):
        rows = positions_of(held.company).people
    found = [row for row in rows if row.relation.until is None]
    return [
        (row.share, row.relation.agreed_by_id is not None)
        for row in sorted(found, key=lambda r: r.relation.pk)
    ]


def draft_of(client: Client, *, first: int = 0, last: int = 90, **terms: Any) -> Mandate:
    """A draft by the book's lead; `first` and `last` in days from today."""
    terms = {"kind": "sell", "exclusive": False, "subject": "转让深圳某公司全部股权"} | terms
    with acting(client.book.lead):
        return draw_up(
            actor=client.book.lead,
            client_id=client.pk,
            terms=Terms(begins_on=in_days(first), ends_on=in_days(last), **terms),
        )


def mandate_of(client: Client, *, document: Proof | None = None, **draft: Any) -> Mandate:
    """In force from today on, or signed ahead of its first day."""
    made = draft_of(client, **draft)
    with acting(client.book.lead):
        return put_in_force(
            actor=client.book.lead, mandate_id=made.pk, signed_on=house_day(), document=document
        )


def past_mandate(client: Client, *, first: int = -200, last: int = -1, **values: Any) -> Mandate:
    """One that began before today, as time would have left it: no service writes the past."""
    lead = client.book.lead
    values = {"kind": "sell", "state": "signed", "signed_on": in_days(first), "subject": "转让"} | values
    with (
        acting(lead),
        writing(actor=lead, client_id=client.pk, action=Action.MANDATE_SIGN, groups=(TERMS,)) as found,
    ):
        made: Mandate = new_row(
            Mandate, found, lead, begins_on=in_days(first), ends_on=in_days(last), **values
        )
    return made


def in_days(days: int) -> date:
    return house_day() + timedelta(days=days)
