"""Whether a room is open to a person at all, before anything is said of rights in it.

It is asked on every request to a room, so the question about one person and one deal is kept (`people.kept`).
"""

from collections.abc import Collection
from itertools import chain
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import QuerySet

from deals.pipeline.models import Deal
from people.accounts.models import Kind, User
from people.arrears import without_arrears
from people.duties.access import opening_signatures
from people.duties.models import NdaSignature
from people.kept import Given, Kept, text_of
from people.locks.standing import locks_of_deals
from people.roles.access import counts_on, has
from people.roles.permissions import Permission
from people.training.enrolling import owing_for_a_deal

_Ids = Collection[UUID]
# Person, deal (none for the house's undertaking), the deals that are locked, all deals and their stages.
_Row = tuple[UUID, UUID | None, list[UUID], list[UUID], list[int]]


def lets_in(user: User, deal_id: UUID) -> bool:
    """Whether the room is open to this one person, whoever else is asked about.

    Leaks prevented, line by line: a disabled account with an open session; an administrator put on a deal; a
    service account; somebody whose undertaking is unsigned, expired or revoked and who kept a link; somebody
    late with what they owe the house; anybody, the lead too, while the deal or its room is locked; staff
    whose role counts on other deals, or in other stages.
    """
    if not _is_fit(user):
        return False
    kept = _OF_STAFF if user.kind == Kind.STAFF else _OF_OTHERS
    return (user.pk, deal_id) in _open([user], [deal_id], kept.ask(user.pk, deal_id))


def let_in(users: Collection[User], deals: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Person and deal, of these, where the room is open to the person. One query, and one for the permissions
    of each whose permissions are not known yet."""
    return _let_in(users, deals, late_with_nothing=True)


def would_let_in(user: User, deal_id: UUID) -> bool:
    """Whether the room would be open to them if they were late with nothing. Never an answer of the gate; it
    is for saying why."""
    return bool(_let_in([user], [deal_id], late_with_nothing=False))


def _let_in(
    users: Collection[User], deals: Collection[UUID], *, late_with_nothing: bool
) -> set[tuple[UUID, UUID]]:
    fit = [user for user in users if _is_fit(user)]
    if not fit or not deals:
        return set()
    staff = [user.pk for user in fit if user.kind == Kind.STAFF]
    others = [user.pk for user in fit if user.kind != Kind.STAFF]
    rows = _signatures(deals, staff=staff, others=others)
    return _open(fit, deals, _answers(_late_with_nothing(rows) if late_with_nothing else rows))


def _is_fit(user: User) -> bool:
    if not user.is_active:
        return False
    if user.kind == Kind.STAFF:
        return has(user, Permission.ROOM_MANAGE)
    return bool(user.kind == Kind.OUTSIDE)


def _open(fit: Collection[User], deals: Collection[UUID], rows: Collection[_Row]) -> set[tuple[UUID, UUID]]:
    signed = {(person, deal) for person, deal, *_ in rows}
    shut = set(chain.from_iterable(locked for _, _, locked, _, _ in rows))
    stages = {deal: stage for *_, of, at in rows for deal, stage in zip(of, at, strict=True)}
    return {
        (user.pk, deal)
        for user in fit
        for deal in deals
        if deal not in shut
        and (user.pk, None if user.kind == Kind.STAFF else deal) in signed
        and (user.kind != Kind.STAFF or counts_on(user, Permission.ROOM_MANAGE, deal, stages.get(deal)))
    }


def _signatures(deals: _Ids, *, staff: _Ids = (), others: _Ids = ()) -> QuerySet[NdaSignature]:
    """The signatures that open these deals to these people, with what shuts the deals and their stages: both
    asked along, without queries of their own."""
    asked = Deal.objects.filter(pk__in=deals).order_by("pk")
    return opening_signatures(deals, staff=staff, others=others).annotate(
        locked=ArraySubquery(locks_of_deals(deals).values("deal_id")),
        of=ArraySubquery(asked.values("pk")),
        at=ArraySubquery(asked.values("stage")),
    )


def _late_with_nothing(rows: QuerySet[NdaSignature]) -> QuerySet[NdaSignature]:
    """Those of people who are late with nothing, the house's or the deal's."""
    return without_arrears(rows, "person").exclude(owing_for_a_deal())


def _answers(rows: "QuerySet[Any]") -> "QuerySet[Any, Any]":
    return rows.values_list("person_id", "deal_id", "locked", "of", "at")


def _text(**people: _Ids) -> str:
    return text_of(_answers(_late_with_nothing(_signatures([Given(2)], **people))))


_OF_STAFF = Kept("room_open_to_staff", ("uuid", "uuid"), lambda: _text(staff=[Given(1)]))
_OF_OTHERS = Kept("room_open_to_others", ("uuid", "uuid"), lambda: _text(others=[Given(1)]))
