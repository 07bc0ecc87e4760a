"""When an agent leaves: what they leave behind in each book, and giving it to others in one transaction.

A leaver is whoever cannot work in a book any more: the account is closed, no role in force lets them change
clients, or they were taken out of the book. Books that a deal entrusted to us are handed over like our own,
but for protection and the public pool, which those do not have: there somebody has to take over.

What is open about a client goes along (vault.intake.followers); what is the client's owner's by its nature,
as the questions of a mandate and an enquiry to complete, needs no moving.

Only who manages a book hands its clients over. Administrators, who disable accounts, see none of this: how
many clients somebody has, and whose they become, is business.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from people.shielding import Act, why_waits
from vault.intake import services
from vault.intake.followers import remainders
from vault.intake.models import How
from vault.intake.ownership import move, workers
from vault.purposes.catalogue import Holding
from vault.records.access import which_books, works_in
from vault.records.errors import NotPossible
from vault.records.models import ASSIGNED, Client, ClientBook, ClientKind

# (viewer, leaver) → how many of something else the leaver leaves: follow-ups, deals. Upper slices register.
Load = Callable[[User, User], int]
_loads: dict[str, tuple[Promise | str, Load]] = {}


def register_load(code: str, label: Promise | str, load: Load) -> None:
    """Called from `apps.ready()`; a second time under the same code replaces it."""
    _loads[code] = (label, load)


@dataclass(frozen=True, slots=True)
class Left:
    """What one person leaves in one book: clients, and what is open about clients of others or of nobody."""

    book: ClientBook
    persons: int = 0
    companies: int = 0
    others: int = 0
    workers: list[User] = field(default_factory=list)

    @property
    def clients(self) -> int:
        return self.persons + self.companies

    @property
    def has_pool(self) -> bool:
        """Whether the public pool may take them: without clients there is nothing for it to take."""
        return self.book.holding == Holding.OWN and self.clients > 0


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many clients went, and how much that was open about clients of others or of nobody."""

    clients: int
    others: int


def managed_books(actor: User) -> QuerySet[ClientBook]:
    return which_books(actor, Permission.BOOK_MANAGE)


def leavers(actor: User) -> QuerySet[User]:
    """Who left something in the actor's books and cannot look after it any more.

    Each person is looked up in each book, where an index answers, and each kind of thing by itself: joined by
    OR, the database would rather read all clients of all books.
    """
    book, person = OuterRef("pk"), OuterRef(OuterRef("pk"))
    left = [Exists(_owned(person).filter(book=book))]
    left += [remainder.exists(book=book, user=person) for remainder in remainders()]
    books = managed_books(actor).filter(~works_in(book, person))
    found = [User.objects.filter(Exists(books.filter(one))).values_list("pk", flat=True) for one in left]
    return User.objects.filter(pk__in=set(chain(*found))).order_by("display_name", "id")


def left_by(*, actor: User, leaver_id: UUID) -> tuple[User, list[Left], list[tuple[Promise | str, int]]]:
    """The person, what they have in each book that the actor manages, and what else. Raises Refused for a
    person who has nothing there: their page is nobody's business."""
    books = managed_books(actor)
    counts = (
        _owned(leaver_id)
        .filter(book__in=books)
        .order_by()
        .values("book")
        .annotate(
            persons=Count("pk", filter=Q(kind=ClientKind.PERSON)),
            companies=Count("pk", filter=Q(kind=ClientKind.COMPANY)),
        )
    )
    clients = {row["book"]: (row["persons"], row["companies"]) for row in counts}
    others = Counter[UUID]()
    for remainder in remainders():
        others.update(remainder.counts(books=books, leaver_id=leaver_id))
    concerned = clients.keys() | others.keys()
    leaver = User.objects.filter(pk=leaver_id).first() if concerned else None
    if leaver is None:
        raise Refused(ObjectType.PERSON, leaver_id, Action.CLIENT_OWNER)
    left = [
        Left(
            book,
            *clients.get(book.pk, (0, 0)),
            others[book.pk],
            [user for user in workers(book) if user.pk != leaver_id],
        )
        for book in ClientBook.objects.filter(pk__in=concerned).order_by("name", "id")
    ]
    return leaver, left, [(label, load(actor, leaver)) for label, load in _loads.values()]


def _owned(owner: UUID | OuterRef) -> QuerySet[Client]:
    """Somebody's clients, as the index within a book has them."""
    return Client.objects.alias(whose=ASSIGNED).filter(whose=owner)


def left_enquiries(viewer: User, leaver: User) -> int:
    """How many clients from chats the leaver has not completed, in the books that the viewer manages."""
    return services.unfinished(leaver, Client.objects.filter(book__in=managed_books(viewer))).count()


def hand_over(
    *,
    actor: User,
    leaver_id: UUID,
    book_id: UUID,
    to: Sequence[User],
    kind: str = "",
    agreed: bool = False,
) -> HandedOver:
    """Give what the leaver has in one book, or of one kind of clients, to others in equal shares.

    Without anybody in `to` the clients fall into the pool, where the book has one. All of it is one
    transaction, logged by the thousand.

    Args:
        agreed: somebody agreed that this is done to a person who is shielded (people.shielding).

    Raises Refused for a book that the actor does not manage; NotPossible for somebody who cannot own them,
    for nobody where there is no pool, and where it waits for that.
    """
    done = _hand_over(actor, leaver_id, book_id, to, kind, agreed=agreed)
    if isinstance(done, str):
        raise NotPossible(done)
    return done


@transaction.atomic
def _hand_over(
    actor: User, leaver_id: UUID, book_id: UUID, to: Sequence[User], kind: str, *, agreed: bool
) -> HandedOver | str:
    """What went, or why it waits."""
    book = managed_books(actor).filter(pk=book_id).first()
    if book is None:
        raise Refused(ObjectType.BOOK, book_id, Action.CLIENT_OWNER)
    if not to and book.holding != Holding.OWN:
        raise NotPossible(_("A book entrusted for a deal has no public pool. Choose who takes over."))
    allowed = set(workers(book).values_list("pk", flat=True)) - {leaver_id}
    if any(user.pk not in allowed for user in to):
        raise NotPossible(_("Only somebody who works in the book can own its clients."))
    if not agreed:
        params = {"book": str(book_id), "to": [str(user.pk) for user in to], "kind": kind or "all"}
        words = why_waits(actor=actor, person_id=leaver_id, act=Act.HAND_OVER, params=params)
        if words is not None:
            return words
    return give_all(actor=actor, book=book, leaver_id=leaver_id, to=to, kind=kind)


def give_all(
    *, actor: User, book: ClientBook, leaver_id: UUID, to: Sequence[User], kind: str = ""
) -> HandedOver:
    """The same inside the caller's transaction. Whether that may be, and who may get them, is the caller's
    question: the gate's above, or that of somebody's leaving (people.staffing)."""
    found = _owned(leaver_id).filter(book=book).select_for_update(of=("self",), no_key=True)
    if kind:
        found = found.filter(kind=kind)
    clients = list(found.order_by("pk").defer("identity", "contact", "financial", "remarks"))
    shares: list[User | None] = list(to) or [None]
    for at, owner in enumerate(shares):
        if part := clients[at :: len(shares)]:
            move(actor=actor, book=book, clients=part, to=owner, how=How.HANDED_OVER)
    others = 0
    if to:
        others = sum(one.give(book=book, leaver_id=leaver_id, to=to, kind=kind) for one in remainders())
    return HandedOver(len(clients), others)
