"""Recording who is what in a company. Shares come in by `record_share` alone.

Who owns a company and who signs for it waits for a second person (vault.relations.people.rule): then these
functions propose the change and give None, and nothing of the register is other than it was.
"""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import get_client, may_open
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientKind
from vault.relations.people import register
from vault.relations.people.models import Evidence, Position, Relation
from vault.relations.people.proposing import propose
from vault.relations.people.rule import BY_TWO, adds_at_once
from vault.relations.people.shares import percent_of


def record_position(
    *,
    actor: User,
    company_id: UUID,
    client_id: UUID,
    position: Position,
    evidence: str = Evidence.STATED,
    since: date | None = None,
) -> Relation | None:
    """Say that a client holds a position in a company of the same book; None: it waits.

    Raises:
        Refused: one of the two is none of this person's, or is kept for storage only.
        NotPossible: they are not of one book, the upper one is no company, it is recorded already, or a
            change of it waits.
    """
    company, holder = _both(actor, company_id, client_id)
    with transaction.atomic():
        _lock(actor, company, holder)
        register.check_new(company, holder, position)
        if adds_at_once(actor, company, holder, position):
            return register.put_in(company, holder, position, by=actor, evidence=evidence, since=since)
        propose(company, holder, position, by=actor, evidence=evidence, since=since)
    return None


def record_share(
    *,
    actor: User,
    company_id: UUID,
    client_id: UUID,
    percent: str,
    evidence: str = Evidence.STATED,
    since: date | None = None,
) -> Relation | None:
    """Say that a client holds `percent` of a company: the one door by which a share comes into the book.

    None: it waits. A share that they held before ends the day the new one begins; both rows stay. The
    company's row is locked while all shares are added up, live ones and those that wait, so two writers at
    once do not pass a hundred together.

    Args:
        percent: over 0 to 100, at most six decimals, as typed.

    Raises:
        Refused: one of the two is none of this person's, or is kept for storage only.
        NotPossible: the shares would exceed 100 %; a holder is kept for storage only, so that the sum is not
            known; the two are not of one book, the upper one is no company, or a change of this share waits.
    """
    wanted = percent_of(percent)
    company, holder = _both(actor, company_id, client_id)
    with register.opened(company, holder) as among:
        _lock(actor, company, holder)
        register.check_sum(company, holder, Decimal(wanted), among, with_proposed=True)
        live = register.live_row(company, holder, Position.SHAREHOLDER)
        register.check_follows(live, since)
        what = company, holder, Position.SHAREHOLDER
        if adds_at_once(actor, *what):
            return register.put_in(*what, by=actor, evidence=evidence, since=since, percent=wanted)
        propose(*what, by=actor, evidence=evidence, since=since, percent=wanted, replaces=live)
    return None


def end_position(*, actor: User, relation_id: UUID, until: date) -> Relation | None:
    """Say when a position ended; the row stays. None: it waits. Raises Refused, NotPossible."""
    row: Relation | None = Relation.objects.filter(pk=relation_id, until=None).first()
    if row is None:
        raise Refused(ObjectType.RELATION, relation_id, Action.RELATION_END)
    company = get_client(actor, row.company_id, Permission.CLIENT_EDIT)
    if until > timezone.localdate() or (row.since and until < row.since):
        raise NotPossible(_("A position ends after it began, and not in the future."))
    with transaction.atomic():
        # The company's row alone: somebody kept for storage only must not keep its register from being right.
        _lock(actor, company)
        if row.position not in BY_TWO:
            register.end(row, until=until, by=actor)
            return row
        propose(company, row.client, row.position, by=actor, evidence=row.evidence, replaces=row, until=until)
    return None


def _both(actor: User, company_id: UUID, client_id: UUID) -> tuple[Client, Client]:
    company = get_client(actor, company_id, Permission.CLIENT_EDIT)
    holder = get_client(actor, client_id, Permission.CLIENT_EDIT)
    for client in (company, holder):
        if not may_open(client):
            raise Refused(ObjectType.CLIENT, client.pk, Action.RELATION_CREATE)
    if company.pk == holder.pk or company.book_id != holder.book_id:
        raise NotPossible(_("A position joins two different clients of one book."))
    if company.kind != ClientKind.COMPANY:
        raise NotPossible(_("Only a company has people in positions."))
    return company, holder


def _lock(actor: User, *clients: Client) -> None:
    """Behind the lock the gate is asked again: what was destroyed, closed or taken away is refused."""
    register.lock(*clients)
    for client in clients:
        get_client(actor, client.pk, Permission.CLIENT_EDIT)
