"""Who reviews which access.

Officers see every review and decide about roles, and about anything whose lead is away. The lead of a client
book or a deal decides about the people in it. Administrators and auditors read along. Nobody decides about
their own.
"""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from compliance.accessreviews.codes import Kind, State
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from deals.pipeline.access import which_deals
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.records.access import which_books

_READERS = (Permission.APPROVAL_DECIDE, Permission.LOG_READ, Permission.ROLE_MANAGE)


def reads_all(user: User) -> bool:
    return any(has(user, permission) for permission in _READERS)


def which_items(user: User) -> QuerySet[ReviewedAccess]:
    """What the person may see of reviews."""
    found = ReviewedAccess.objects.select_related("review", "person", "given_by", "decided_by")
    return found if reads_all(user) else found.filter(_led_by(user))


def which_reviews(user: User) -> QuerySet[AccessReview]:
    """A review without anything for this person is none to them."""
    if reads_all(user):
        return AccessReview.objects.all()
    theirs = which_items(user).filter(review=OuterRef("pk"))
    return AccessReview.objects.filter(Exists(theirs))


def decidable(user: User) -> QuerySet[ReviewedAccess]:
    """What waits for this person's word."""
    found = ReviewedAccess.objects.filter(state=State.WAITING, review__closed_at__isnull=True).exclude(
        person=user
    )
    return found if has(user, Permission.APPROVAL_DECIDE) else found.filter(_led_by(user))


def get_review(user: User, review_id: UUID) -> AccessReview:
    """Raises Refused."""
    found = which_reviews(user).filter(pk=review_id).first()
    if found is None:
        raise Refused(ObjectType.ACCESS_REVIEW, review_id, Action.PAGE_VIEW)
    return found


def get_item(user: User, item_id: UUID) -> ReviewedAccess:
    """Raises Refused."""
    found = which_items(user).filter(pk=item_id).first()
    if found is None:
        raise Refused(ObjectType.REVIEWED_ACCESS, item_id, Action.PAGE_VIEW)
    return found


def _led_by(user: User) -> Q:
    """The people in the books and deals that the person leads, as their gates say now."""
    books = which_books(user, Permission.BOOK_MANAGE).filter(lead=user)
    deals = (
        which_deals(user).filter(lead=user) if has(user, Permission.DEAL_LEAD) else which_deals(user).none()
    )
    in_books = Q(kind=Kind.BOOK, thing__in=books.values("pk"))
    in_deals = Q(kind__in=(Kind.DEAL, Kind.GUEST), deal__in=deals.values("pk"))
    return in_books | in_deals
