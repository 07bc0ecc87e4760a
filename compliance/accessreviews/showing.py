"""What a review's pages say about each access: by names that open nothing themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from compliance.accessreviews.codes import Kind, State
from compliance.accessreviews.models import AccessReview, ReviewedAccess
from compliance.reach.forms import book_words
from deals.pipeline.models import Deal, Stage
from deals.rooms.models import GroupKind, RoomGroup
from people.roles.sets import names_of
from vault.records.models import ClientBook, Level


@dataclass(frozen=True, slots=True)
class Line:
    """An access in words: `what` it is in, `level` what it lets its person do; `decides`: the viewer may."""

    item: ReviewedAccess
    what: str | Promise
    level: str | Promise
    decides: bool


def lines(items: Sequence[ReviewedAccess], may_decide: set[UUID]) -> list[Line]:
    """Three queries, whatever the number; one more where a role is composed."""
    books = ClientBook.objects.select_related("lead").in_bulk([i.thing for i in items if i.kind == Kind.BOOK])
    deals = Deal.objects.in_bulk({i.deal for i in items if i.deal is not None})
    groups = RoomGroup.objects.defer("label").in_bulk([i.thing for i in items if i.kind == Kind.GUEST])
    roles = names_of(i.level for i in items if i.kind == Kind.ROLE)
    found = []
    for item in items:
        deal = deals.get(item.deal) if item.deal is not None else None
        code_name = deal.code_name if deal is not None else ""
        what: str | Promise
        match Kind(item.kind):
            case Kind.ROLE:
                what = _("The house")
            case Kind.BOOK:
                what = book_words(books[item.thing])
            case Kind.DEAL:
                what = code_name
            case Kind.GUEST:
                side = GroupKind(groups[item.thing].kind).label
                what = _("%(deal)s · %(side)s") % {"deal": code_name, "side": side}
        level = roles[item.level] if item.kind == Kind.ROLE else level_words(item)
        found.append(Line(item, what, level, item.pk in may_decide))
    return found


def level_words(item: ReviewedAccess) -> str:
    """What an access to a book, a deal or a group lets its person do; roles have names of their own."""
    match Kind(item.kind):
        case Kind.BOOK:
            return str(Level(int(item.level)).label)
        case Kind.DEAL:
            return _("Works on the deal")
        case Kind.GUEST:
            return _("Sees up to: %(stage)s") % {"stage": Stage(int(item.level)).label}
        case Kind.ROLE:
            raise ValueError(item.kind)


def with_counts(reviews: QuerySet[AccessReview]) -> QuerySet[AccessReview]:
    """Each with `whole` and, by the name of each state, how many of its accesses are in it."""
    by_state = {state.value: Count("items", filter=Q(items__state=state)) for state in State}
    counted: QuerySet[AccessReview] = reviews.annotate(whole=Count("items"), **by_state)
    return counted


@dataclass(frozen=True, slots=True)
class Share:
    """A part of the bar of a review: `begins` and `width` in hundredths of its length."""

    state: str
    label: str
    count: int
    begins: float
    width: float


def shares(review: AccessReview) -> list[Share]:
    """The parts of the bar, what was decided first. The review comes from `with_counts`."""
    whole = getattr(review, "whole", 0) or 1
    found, begins = [], 0.0
    for state in (State.KEPT, State.GONE, State.REVOKED, State.EXPIRED, State.HELD, State.WAITING):
        count: int = getattr(review, state.value)
        width = round(100 * count / whole, 2)
        if count:
            found.append(Share(state.value, str(state.label), count, round(begins, 2), width))
        begins += width
    return found
