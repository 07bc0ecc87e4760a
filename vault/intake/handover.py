"""When an agent leaves: what they leave behind in each book, and giving it to others in one transaction.

Only who manages a book hands its clients over. Administrators, who disable accounts, see none of this: how
many clients somebody has, and whose they become, is business.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.intake.models import How
from vault.intake.ownership import move, workers
from vault.purposes.catalogue import Holding
from vault.records.access import which_books
from vault.records.errors import NotPossible
from vault.records.models import BookMember, Client, ClientBook, ClientKind, Level

# (viewer, leaver) → how many of something else the leaver leaves: follow-ups, deals. Upper slices register.
Load = Callable[[User, User], int]
_loads: dict[str, tuple[Promise | str, Load]] = {}


def register_load(code: str, label: Promise | str, load: Load) -> None:
    """Called from `apps.ready()`; a second time under the same code replaces it."""
    _loads[code] = (label, load)


@dataclass(frozen=True, slots=True)
class Left:
    """What one person leaves in one book."""

    book: ClientBook
    persons: int
    companies: int
    workers: list[User] = field(default_factory=list)

    @property
    def count(self) -> int:
        return self.persons + self.companies


def managed_books(actor: User) -> QuerySet[ClientBook]:
    return which_books(actor, Permission.BOOK_MANAGE).filter(holding=Holding.OWN)


def leavers(actor: User) -> QuerySet[User]:
    """Who owns clients in the actor's books and can no longer look after them: the account is disabled, or
    they were taken out of the book."""
    still = BookMember.objects.filter(
        book=OuterRef("book"), user=OuterRef("assigned"), level__gte=Level.WORK, user__is_active=True
    )
    left = Client.objects.filter(book__in=managed_books(actor), assigned__isnull=False).exclude(Exists(still))
    return User.objects.filter(pk__in=left.values("assigned")).order_by("display_name", "id")


def left_by(*, actor: User, leaver_id: UUID) -> tuple[User, list[Left], list[tuple[Promise | str, int]]]:
    """The person, what they have in each book that the actor manages, and what else. Raises Refused for a
    person who has nothing there: their page is nobody's business."""
    counts = (
        Client.objects.filter(book__in=managed_books(actor), assigned_id=leaver_id)
        .order_by()
        .values("book")
        .annotate(
            persons=Count("pk", filter=Q(kind=ClientKind.PERSON)),
            companies=Count("pk", filter=Q(kind=ClientKind.COMPANY)),
        )
    )
    rows = {row["book"]: row for row in counts}
    leaver = User.objects.filter(pk=leaver_id).first() if rows else None
    if leaver is None:
        raise Refused(ObjectType.PERSON, leaver_id, Action.CLIENT_OWNER)
    books = ClientBook.objects.filter(pk__in=rows).order_by("name", "id")
    left = [
        Left(
            book,
            rows[book.pk]["persons"],
            rows[book.pk]["companies"],
            [user for user in workers(book) if user.pk != leaver_id],
        )
        for book in books
    ]
    return leaver, left, [(label, load(actor, leaver)) for label, load in _loads.values()]


@transaction.atomic
def hand_over(*, actor: User, leaver_id: UUID, book_id: UUID, to: Sequence[User], kind: str = "") -> int:
    """Give the leaver's clients of one book, or those of one kind, to others in equal shares; how many went.

    Without anybody in `to` they fall into the pool. All of it is one transaction, logged by the thousand.

    Raises Refused for a book that the actor does not manage; NotPossible for somebody who cannot own them.
    """
    book = managed_books(actor).filter(pk=book_id).first()
    if book is None:
        raise Refused(ObjectType.BOOK, book_id, Action.CLIENT_OWNER)
    allowed = set(workers(book).values_list("pk", flat=True)) - {leaver_id}
    if any(user.pk not in allowed for user in to):
        raise NotPossible(_("Only somebody who works in the book can own its clients."))
    found = Client.objects.select_for_update(of=("self",), no_key=True).filter(
        book=book, assigned_id=leaver_id
    )
    if kind:
        found = found.filter(kind=kind)
    clients = list(found.order_by("pk").defer("identity", "contact", "financial", "remarks"))
    shares: list[User | None] = list(to) or [None]
    for at, owner in enumerate(shares):
        if part := clients[at :: len(shares)]:
            move(actor=actor, book=book, clients=part, to=owner, how=How.HANDED_OVER)
    return len(clients)
