"""Each kind of access: which there are now, whether one still stands as it was, and how it ends.

All four are asked for what is in force, by the same queries that the gates use. The lead of a book or a deal
is not among its members to be reviewed: without them nobody could decide about the others; what they lead by
is their role, which is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from compliance.accessreviews.codes import Kind
from compliance.accessreviews.models import ReviewedAccess
from deals.pipeline import services as deals
from deals.pipeline.models import Deal, DealMember
from deals.rooms import groups
from deals.rooms.models import RoomGroup
from people.accounts.models import Kind as Account
from people.accounts.models import User
from people.invitations.models import Invitation
from people.roles.access import grants_in_force
from people.roles.models import RoleGrant
from people.roles.services import end_by_review
from vault.records import books
from vault.records.models import BookMember, ClientBook

MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Access:
    """One access as it stands; `level` is what may be done by it."""

    kind: Kind
    thing: UUID
    person: UUID
    level: str
    since: datetime
    given_by: UUID | None
    deal: UUID | None = None


def all_in_force() -> Iterator[Access]:
    """Everything there is to review: of people with an open account, the house itself apart."""
    yield from _roles()
    yield from _books()
    yield from _deals()
    yield from _guests()


def stands(item: ReviewedAccess) -> bool:
    """Whether it is still there, with what it gave when the review was opened."""
    if not item.person.is_active:
        return False
    found: str | int | None
    match Kind(item.kind):
        case Kind.ROLE:
            found = grants_in_force().filter(pk=item.thing).values_list("role_id", flat=True).first()
        case Kind.BOOK:
            found = _member_of_book(item).values_list("level", flat=True).first()
        case Kind.DEAL:
            on_it = DealMember.objects.filter(deal=item.thing, user=item.person)
            found = MEMBER if on_it.exists() else None
        case Kind.GUEST:
            inside = RoomGroup.objects.filter(pk=item.thing, auth_group__user=item.person)
            found = inside.values_list("stage", flat=True).first()
    return found is not None and str(found) == item.level


def end(item: ReviewedAccess, actor: User) -> str | None:
    """Ends it from the next request on, inside the caller's transaction; in words why it could not.

    Whether `actor` may is the caller's question. Raises people.roles.services.NotGrantable.
    """
    match Kind(item.kind):
        case Kind.ROLE:
            return end_by_review(actor=actor, grant=RoleGrant.objects.get(pk=item.thing))
        case Kind.BOOK:
            books.shut_to(ClientBook.objects.get(pk=item.thing), item.person)
        case Kind.DEAL:
            deals.take_off(Deal.objects.get(pk=item.thing), item.person)
        case Kind.GUEST:
            groups.leave(RoomGroup.objects.get(pk=item.thing), item.person_id, actor=actor)
    return None


def _member_of_book(item: ReviewedAccess) -> QuerySet[BookMember]:
    return BookMember.objects.filter(book=item.thing, user=item.person)


def _roles() -> Iterator[Access]:
    grants = grants_in_force().exclude(user__kind=Account.SERVICE).order_by("role_id", "user__display_name")
    for grant in grants:
        yield Access(Kind.ROLE, grant.pk, grant.user_id, grant.role_id, grant.created_at, grant.granted_by_id)


def _books() -> Iterator[Access]:
    members = BookMember.objects.filter(user__is_active=True).exclude(user=F("book__lead"))
    for one in members.select_related("book").order_by("book_id", "user__display_name"):
        yield Access(
            Kind.BOOK,
            one.book_id,
            one.user_id,
            str(one.level),
            one.added_at,
            one.added_by_id,
            one.book.deal_id,
        )


def _deals() -> Iterator[Access]:
    members = DealMember.objects.filter(user__is_active=True).exclude(user=F("deal__lead"))
    for one in members.order_by("deal_id", "user__display_name"):
        yield Access(Kind.DEAL, one.deal_id, one.user_id, MEMBER, one.added_at, one.added_by_id, one.deal_id)


def _guests() -> Iterator[Access]:
    inside = User.groups.through.objects.filter(user__is_active=True, group__room_group__isnull=False)
    rows = inside.values_list("user_id", "group__room_group", "group__room_group__stage")
    invited = {
        (one.person_id, one.group_id): one
        for one in Invitation.objects.filter(accepted_at__isnull=False, revoked_at__isnull=True)
    }
    rooms = {group.pk: group for group in RoomGroup.objects.select_related("room")}
    for person, group_id, stage in rows.order_by("group__room_group", "user__display_name"):
        group, invitation = rooms[group_id], invited.get((person, group_id))
        since = invitation.accepted_at if invitation is not None else None
        by = invitation.invited_by_id if invitation is not None else group.created_by_id
        deal = group.room.deal_id
        yield Access(Kind.GUEST, group_id, person, str(stage), since or group.created_at, by, deal)
