"""Recording who is what in a company. Shares come in by `record_share` alone."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.access import Mode, access
from vault.records.access import get_client, may_open, which_clients
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientKind
from vault.records.reading import keys_of
from vault.relations.people.models import SHARE, Evidence, Position, Relation
from vault.relations.people.shares import WHOLE, percent_of
from vault.relations.rows import new_row, record_row

POSITIONS = 200  # live ones of one company


def record_position(
    *,
    actor: User,
    company_id: UUID,
    client_id: UUID,
    position: Position,
    evidence: str = Evidence.STATED,
    since: date | None = None,
) -> Relation:
    """Say that a client holds a position in a company of the same book.

    Raises:
        Refused: one of the two is none of this person's, or is kept for storage only.
        NotPossible: they are not of one book, the upper one is no company, or it is recorded already.
    """
    company, holder = _both(actor, company_id, client_id)
    with transaction.atomic():
        _lock(actor, company, holder)
        _check_new(company, holder, position)
        return _store(actor, company, holder, position, evidence=evidence, since=since)


def record_share(
    *,
    actor: User,
    company_id: UUID,
    client_id: UUID,
    percent: str,
    evidence: str = Evidence.STATED,
    since: date | None = None,
) -> Relation:
    """Say that a client holds `percent` of a company: the one door by which a share comes into the book.

    A share that they held before ends the day the new one begins; both rows stay. The company's row is locked
    while all live shares are added up, so two writers at once do not pass a hundred together.

    Args:
        percent: over 0 to 100, at most six decimals, as typed.

    Raises:
        Refused: one of the two is none of this person's, or is kept for storage only.
        NotPossible: the shares would exceed 100 %; a holder is kept for storage only, so that the sum is not
            known; the two are not of one book, or the upper one is no company.
    """
    wanted = percent_of(percent)
    company, holder = _both(actor, company_id, client_id)
    holders = _holders(company, holder)
    entry = Entry(
        action=Action.CLIENT_OPEN,
        object_type=ObjectType.CLIENT,
        object_id=company_id,
        subjects=tuple(client.pk for client in holders),
        deal=company.book.deal_id,
        fields=(SHARE,),
        keys=keys_of(holders),
    )
    with access(Mode.WRITE, entry, groups={SHARE}), transaction.atomic():
        _lock(actor, company, holder)
        _check_sum(company, holder, Decimal(wanted), {client.pk for client in holders})
        _end_share(company, holder, since)
        return _store(
            actor,
            company,
            holder,
            Position.SHAREHOLDER,
            evidence=evidence,
            since=since,
            percent=wanted,
        )


def end_position(*, actor: User, relation_id: UUID, until: date) -> Relation:
    """Say when a position ended; the row stays. Raises Refused, NotPossible."""
    row: Relation | None = Relation.objects.filter(pk=relation_id, until=None).first()
    if row is None:
        raise Refused(ObjectType.RELATION, relation_id, Action.RELATION_END)
    company = get_client(actor, row.company_id, Permission.CLIENT_EDIT)
    if until > timezone.localdate() or (row.since and until < row.since):
        raise NotPossible(_("A position ends after it began, and not in the future."))
    with transaction.atomic():
        # The company's row alone: somebody kept for storage only must not keep its register from being right.
        _lock(actor, company)
        if not Relation.objects.filter(pk=row.pk, until=None).update(until=until):
            raise NotPossible(_("This position was ended meanwhile."))
        record_row(Action.RELATION_END, ObjectType.RELATION, row, fields=(row.position,), more=(company.pk,))
    row.refresh_from_db(fields=["until"])
    return row


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
    """Their rows, in one order for all writers; what was destroyed, closed or taken away is refused."""
    ids = sorted(client.pk for client in clients)
    list(Client.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
    present = {
        client.pk: client for client in which_clients(actor, Permission.CLIENT_EDIT).filter(pk__in=ids)
    }
    for client_id in ids:
        if client_id not in present or not may_open(present[client_id]):
            raise Refused(ObjectType.CLIENT, client_id, Action.RELATION_CREATE)


def _holders(company: Client, holder: Client) -> Sequence[Client]:
    """Everybody whose live share must be added up, and the new holder."""
    rows = Relation.objects.filter(company=company, position=Position.SHAREHOLDER, until=None)
    found = Client.objects.filter(pk__in=rows.values("client_id")).select_related("book")
    holders = {holder.pk: holder} | {client.pk: client for client in found[: POSITIONS + 1]}
    if not all(map(may_open, holders.values())):
        raise NotPossible(
            _("A shareholder is kept for storage only, so the shares cannot be added up. End theirs first.")
        )
    return list(holders.values())


def _check_sum(company: Client, holder: Client, wanted: Decimal, opened: set[UUID]) -> None:
    rows = company.positions.filter(position=Position.SHAREHOLDER, until=None).exclude(client=holder)
    total = wanted
    for row in rows.select_related("client"):
        if row.client_id not in opened:  # came in between the look and the lock
            raise NotPossible(_("Somebody else has changed the shares meanwhile. Look at them again."))
        total += Decimal(row.percent or 0)
    if total > WHOLE:
        raise NotPossible(_("All shares together would exceed 100%. Nothing was recorded."))


def _end_share(company: Client, holder: Client, since: date | None) -> None:
    ended = since or timezone.localdate()
    live = Relation.objects.filter(
        company=company, client=holder, position=Position.SHAREHOLDER, until=None
    ).first()
    if live is None:
        return
    if live.since and ended < live.since:
        raise NotPossible(_("The new share begins before the one that it follows."))
    Relation.objects.filter(pk=live.pk).update(until=ended)


def _check_new(company: Client, holder: Client, position: Position) -> None:
    live = company.positions.filter(until=None)
    if live.filter(client=holder, position=position).exists():
        raise NotPossible(_("This position is recorded already."))
    if position == Position.LEGAL_REPRESENTATIVE and live.filter(position=position).exists():
        raise NotPossible(_("A company has one legal representative. End the position of the other first."))
    if live.count() >= POSITIONS:
        raise NotPossible(_("A company has at most 200 positions here."))


def _store(
    actor: User,
    company: Client,
    holder: Client,
    position: Position,
    *,
    evidence: str,
    since: date | None,
    percent: str = "",
) -> Relation:
    row: Relation = new_row(
        Relation,
        holder,
        actor,
        company=company,
        position=position,
        evidence=evidence,
        since=since,
        percent=percent,
    )
    record_row(Action.RELATION_CREATE, ObjectType.RELATION, row, fields=(position.value,), more=(company.pk,))
    return row
