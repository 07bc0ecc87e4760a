"""A company's register as it is stored: locked, opened to be added up, added to, and ended in.

Nothing here asks who may: services gate whoever records, and an approval whoever agrees.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
from vault.access import Mode, access
from vault.records.access import may_open
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.reading import keys_of
from vault.relations.people.models import SHARE, Position, PositionProposal, Relation
from vault.relations.people.shares import WHOLE
from vault.relations.rows import new_row, record_row

POSITIONS = 200  # live ones of one company


def lock(*clients: Client) -> None:
    """Their rows, in one order for all writers. Raises Refused: one was destroyed or closed meanwhile."""
    ids = sorted(client.pk for client in clients)
    rows = Client.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    open_ones = {client.pk for client in rows if may_open(client)}
    for client_id in ids:
        if client_id not in open_ones:
            raise Refused(ObjectType.CLIENT, client_id, Action.RELATION_CREATE)


@contextmanager
def opened(company: Client, holder: Client) -> Iterator[frozenset[UUID]]:
    """A transaction in which all shares of the company, live or proposed, and the holder's new one are open;
    gives whose. Raises NotPossible: a shareholder is kept for storage only."""
    proposed = PositionProposal.objects.filter(company=company, position=Position.SHAREHOLDER)
    holders = _holders(company, holder)
    entry = Entry(
        action=Action.CLIENT_OPEN,
        object_type=ObjectType.CLIENT,
        object_id=company.pk,
        subjects=tuple(client.pk for client in holders),
        deal=company.book.deal_id,
        fields=(SHARE,),
        keys=tuple({*keys_of(holders), *proposed.values_list("key_id", flat=True)}),
    )
    with access(Mode.WRITE, entry, groups={SHARE}), transaction.atomic():
        yield frozenset(client.pk for client in holders)


def _holders(company: Client, holder: Client) -> Sequence[Client]:
    """Everybody whose share must be added up, and the new holder."""
    live = Relation.objects.filter(company=company, position=Position.SHAREHOLDER, until=None)
    proposed = PositionProposal.objects.filter(company=company, position=Position.SHAREHOLDER)
    ids = live.values("client_id").union(proposed.values("client_id"))
    found = Client.objects.filter(pk__in=ids).select_related("book")
    holders = {holder.pk: holder} | {client.pk: client for client in found[: 2 * POSITIONS]}
    if not all(map(may_open, holders.values())):
        raise NotPossible(
            _("A shareholder is kept for storage only, so the shares cannot be added up. End theirs first.")
        )
    return list(holders.values())


def check_sum(
    company: Client, holder: Client, wanted: Decimal, among: frozenset[UUID], *, with_proposed: bool
) -> None:
    """Raises NotPossible: over a hundred with the holder's new share, or with what else waits if
    `with_proposed`. Inside `opened`, with the company's row locked."""
    shares = company.positions.filter(position=Position.SHAREHOLDER, until=None)
    rows: list[Relation | PositionProposal] = list(shares.select_related("client"))
    if with_proposed:
        rows += company.proposed_positions.filter(position=Position.SHAREHOLDER).select_related("client")
    if any(row.client_id not in among for row in rows):  # came in between the look and the lock
        raise NotPossible(
            _("Somebody else has changed the shares meanwhile. Nothing was recorded: look at them again.")
        )
    # What is proposed comes later in the list and takes the place of what is live; an end leaves nothing.
    held = {row.client_id: Decimal(row.percent or 0) for row in rows} | {holder.pk: wanted}
    if sum(held.values()) > WHOLE:
        raise NotPossible(_("All shares together would exceed 100%. Nothing was recorded."))


def live_row(company: Client, holder: Client, position: str) -> Relation | None:
    """The position as it is held now."""
    row: Relation | None = company.positions.filter(client=holder, position=position, until=None).first()
    return row


def check_follows(live: Relation | None, since: date | None) -> None:
    """Raises NotPossible: the new share begins before the one that it follows."""
    if live and live.since and (since or timezone.localdate()) < live.since:
        raise NotPossible(_("The new share begins before the one that it follows."))


def check_new(company: Client, holder: Client, position: str) -> None:
    """Raises NotPossible: it is held already, only one can hold it, or the register is full."""
    live = company.positions.filter(until=None)
    if live.filter(client=holder, position=position).exists():
        raise NotPossible(_("This position is recorded already."))
    if position == Position.LEGAL_REPRESENTATIVE and live.filter(position=position).exists():
        raise NotPossible(_("A company has one legal representative. End the position of the other first."))
    if live.count() >= POSITIONS:
        raise NotPossible(_("A company has at most 200 positions here."))


def put_in(
    company: Client,
    holder: Client,
    position: str,
    *,
    by: User,
    evidence: str,
    since: date | None,
    percent: str = "",
    agreed_by: User | None = None,
) -> Relation:
    """A new row, with its log entry."""
    row: Relation = new_row(
        Relation,
        holder,
        by,
        company=company,
        position=position,
        evidence=evidence,
        since=since,
        percent=percent,
        agreed_by=agreed_by,
    )
    _record(Action.RELATION_CREATE, row)
    return row


def end(row: Relation, *, until: date, by: User, agreed_by: User | None = None) -> None:
    """The row stays, and says when it ended and by whose word. Raises NotPossible."""
    live = Relation.objects.filter(pk=row.pk, until=None)
    if not live.update(until=until, ended_by=by, end_agreed_by=agreed_by):
        raise NotPossible(_("This position has ended already. Nothing was changed."))
    row.load_anew()
    _record(Action.RELATION_END, row)


def _record(action: Action, row: Relation) -> None:
    record_row(action, ObjectType.RELATION, row, fields=(row.position,), more=(row.company_id,))
