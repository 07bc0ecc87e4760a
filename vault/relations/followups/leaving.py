"""Follow-ups of people who leave: they go with the client to whoever owns it next. What somebody was to do
about a colleague's client becomes that colleague's by itself, within the hour: nobody hands that client over.

In the public pool they wait with the client: nobody is to call a client who is nobody's, and whoever takes
it out of the pool finds what was planned. Where nobody owns the client and no pool holds it, as in a book
entrusted to us for a deal, or where its owner left, too, whoever manages the book hands the follow-up over
(vault.intake.handover).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from audit.log import record_change
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.purposes.catalogue import Holding
from vault.records.access import which_books, works_in
from vault.records.models import ClientBook
from vault.relations.followups.models import FollowUp, FollowUpState


def follow_clients(
    *, actor: User, book: ClientBook, client_ids: Sequence[UUID], to: User, leaver_id: UUID | None
) -> None:
    """Give `to` the open follow-ups about these locked clients, 1,000 at most, that nobody else can do any
    more: of `leaver_id`, and of whoever does not work in the book. Logged in the caller's transaction."""
    left = FollowUp.objects.filter(client__in=client_ids, state=FollowUpState.OPEN).exclude(assigned=to)
    rows = list(left.filter(Q(assigned=leaver_id) | ~_works("assigned")).values_list("pk", "client"))
    if rows:
        _give(rows, to.pk)


def to_owners() -> None:
    """Give open follow-ups of people who cannot work in the book any more to who owns the client and can.
    Logged, a thousand in a transaction."""
    while _some_to_owners():
        pass


@transaction.atomic
def _some_to_owners() -> bool:
    stuck = FollowUp.objects.select_for_update(of=("self",), skip_locked=True).filter(
        ~_works("assigned"), _works("client__assigned"), state=FollowUpState.OPEN
    )
    of_owner: dict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
    for pk, client_id, owner_id in stuck.values_list("pk", "client", "client__assigned")[:MAX_SUBJECTS]:
        of_owner[owner_id].append((pk, client_id))
    for owner_id, rows in of_owner.items():
        _give(rows, owner_id)
    return bool(of_owner)


def _works(who: str) -> Exists:
    """Whether this person can do something about the follow-up's client."""
    return works_in(OuterRef("client__book"), OuterRef(who))


def _give(rows: Sequence[tuple[UUID, UUID]], to_id: UUID) -> None:
    """`rows` are ids of follow-ups, each with its client's. In the caller's transaction."""
    # A number that the leaver was shown is masked for the next one, as after any handing over.
    FollowUp.objects.filter(pk__in=[pk for pk, _ in rows]).update(assigned=to_id, shown_at=None)
    record_change(
        Entry(
            action=Action.FOLLOWUP_HAND_OVER,
            object_type=ObjectType.PERSON,
            object_id=to_id,
            subjects=tuple(sorted({client_id for _, client_id in rows})),
        )
    )


class Unowned:
    """What somebody who left was to do about clients without an owner who works (vault.intake.followers)."""

    def exists(self, *, book: OuterRef, user: OuterRef) -> Exists:
        return Exists(_unowned().filter(assigned=user, client__book=book))

    def counts(self, *, books: QuerySet[ClientBook], leaver_id: UUID) -> Mapping[UUID, int]:
        found = self._of(leaver_id).filter(client__book__in=books).order_by()
        return dict(found.values_list("client__book").annotate(Count("pk")))

    def give(self, *, book: ClientBook, leaver_id: UUID, to: Sequence[User], kind: str) -> int:
        """All follow-ups about one client go to one person."""
        found = self._of(leaver_id).filter(client__book=book).select_for_update(of=("self",))
        if kind:
            found = found.filter(client__kind=kind)
        rows = list(found.order_by("client", "pk").values_list("pk", "client"))
        clients = sorted({client_id for _, client_id in rows})
        for at, user in enumerate(to):
            share = clients[at :: len(to)]
            for start in range(0, len(share), MAX_SUBJECTS):
                part = set(share[start : start + MAX_SUBJECTS])
                _give([row for row in rows if row[1] in part], user.pk)
        return len(rows)

    def _of(self, leaver_id: UUID) -> "QuerySet[FollowUp]":
        # Those about the leaver's own clients go with the clients.
        return _unowned().filter(~_works("assigned"), assigned=leaver_id).exclude(client__assigned=leaver_id)


def _unowned() -> "QuerySet[FollowUp]":
    pooled = Q(client__assigned=None, client__book__holding=Holding.OWN)
    found: QuerySet[FollowUp] = FollowUp.objects.filter(~pooled, state=FollowUpState.OPEN)
    return found.filter(~_works("client__assigned"))


def left_open(viewer: User, leaver: User) -> int:
    """How many open follow-ups somebody has in books that the viewer manages."""
    return _left(viewer, leaver).count()


def left_unnoted(viewer: User, leaver: User) -> int:
    """Those of them whose number was shown without the call being noted."""
    return _left(viewer, leaver).filter(shown_at__isnull=False).count()


def _left(viewer: User, leaver: User) -> "QuerySet[FollowUp]":
    found: QuerySet[FollowUp] = FollowUp.objects.filter(
        assigned=leaver,
        state=FollowUpState.OPEN,
        client__book__in=which_books(viewer, Permission.BOOK_MANAGE),
    )
    return found
