"""撞单: saving a client whom a colleague has answers only that the client is somebody's already.

So it is whichever way the client comes in and whichever book the colleague's lies in; the record is named
where it lies in a book of the person's. One's own client, or one of the pool there, is named and asks for a
word before another is saved.

The match is blind: 128-bit tokens under the house's key, over our own books only. An entrusted book neither
asks nor answers: its clients are not ours, and its own unique index tells what it holds twice.

About closed books the answer is an oracle ("is this person a client of the house?"), so it is rationed. A
person gets TOLD_A_DAY answers in 24 hours, a file of a hundred thousand numbers as little as a form; beyond
that the client is stored, nothing is said, and the owner and the manager, who are told of every single one,
settle it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from vault.crypto.blind import UNIQUE_BITS, IndexKey, token_maker
from vault.formats import identity, names
from vault.intake.models import Answer, DuplicateClaim, HouseKey
from vault.keys import claims as doors
from vault.purposes.catalogue import Holding
from vault.records.access import which_books
from vault.records.labels import Field
from vault.records.models import Client, ClientBook
from vault.records.saving import Asked

TOLD_A_DAY = 20
ALARM = 5  # answers of one person in a day from which the officers are told
DAY = timedelta(days=1)
FIELDS = frozenset({Field.NAME, Field.ID_NUMBER, Field.CREDIT_CODE, Field.PHONE})

Values = Mapping[str, str]


def claim_keys(values: Values) -> list[str]:
    """What tells a client across books, from normalised values: document, credit code, phone, company."""
    keys = []
    if number := values.get(Field.ID_NUMBER):
        keys.append(f"id\0{identity.key_of(number)}")
    if code := values.get(Field.CREDIT_CODE):
        keys.append(f"code\0{code}")
    if number := values.get(Field.PHONE):
        keys.append(f"phone\0{number}")
    if names.is_company(name := values.get(Field.NAME, "")):
        keys.append(f"company\0{names.folded(name)}")
    return keys


def claims_maker(key: IndexKey) -> Callable[[Values], list[str]]:
    """What makes a client's claims from its normalised values, in hex."""
    make = token_maker(key, UNIQUE_BITS)
    return lambda values: [make(text).hex() for text in claim_keys(values)]


@dataclass(frozen=True, slots=True)
class Met:
    """Positions of newcomers that match clients of ours.

    `owned`: a colleague has such a client. `known`: matching clients that the person may see, by position; of
    every owned one that has any, and of those that match none but the person's own or the pool's.
    """

    owned: frozenset[int] = frozenset()
    known: Mapping[int, tuple[UUID, ...]] = field(default_factory=dict)

    @property
    def out(self) -> set[int]:
        """Who is not to be stored."""
        return {*self.owned, *self.known}


def meet(*, actor: User, book: ClientBook, asked: Asked, ids: Sequence[UUID | None], another: bool) -> Met:
    """Which newcomers stay out, since somebody has them already.

    Everyone concerned by a colleague's client is told, in the caller's transaction, whether `actor` is or
    not. A client of the person's own, or of the pool of a book of theirs, stops nobody who says that the
    newcomer is `another`. Of a newcomer whom the book holds already (no id), only that book's clients count.
    """
    # Two people saving one client at a time: the second waits here and then finds the first's claim. It also
    # makes the count of today's answers exact.
    HouseKey.objects.select_for_update(no_key=True).get()
    hits = _hits(asked)
    if not hits:
        return Met()
    seen = set(which_books(actor).values_list("pk", flat=True))
    met = [
        (at, [one for one in found if client_id or one.book_id == book.pk])
        for at, (mine, client_id) in enumerate(zip(asked.claims, ids, strict=True))
        if (found := list({hit.pk: hit for one in mine for hit in hits.get(one, ())}.values()))
    ]
    known = {at: tuple(hit.pk for hit in found if hit.book_id in seen) for at, found in met}
    concerned = [(at, theirs) for at, found in met if (theirs := _of_others(actor, seen, found))]
    # What the person may look up anyway is no answer of the oracle's: it is told always, and not counted.
    open_ones = {at for at, theirs in concerned if any(hit.book_id in seen for hit in theirs)}
    blind = [(at, theirs) for at, theirs in concerned if at not in open_ones]
    told = list(_told_lately(actor)) if blind else []
    # What the person was told today is no new answer: it stays the same, so that nobody who was kept out is
    # let in beside an owner who has noted that they were.
    repeated = {at for at, theirs in blind if any(hit.pk in told for hit in theirs)}
    fresh = [at for at, _ in blind if at not in repeated][: max(0, TOLD_A_DAY - len(told))]
    owned = frozenset({*open_ones, *repeated, *fresh})
    if concerned:
        _tell(actor, book, [(hit, at in owned) for at, theirs in concerned for hit in theirs])
    named = owned if another else known.keys()
    return Met(owned, {at: known[at] for at in named if known[at]})


def told_today(user: User) -> int:
    """How many blind answers the person got in the last 24 hours: about clients in books closed to them."""
    return _told_lately(user).count()


def _told_lately(user: User) -> "QuerySet[DuplicateClaim, UUID]":
    """The clients of those answers."""
    since = timezone.now() - DAY
    told = DuplicateClaim.objects.filter(asker=user, answer=Answer.TOLD, at__gt=since)
    return told.exclude(client__book__in=which_books(user)).values_list("client", flat=True)


def _of_others(actor: User, seen: Collection[UUID], found: Sequence[Client]) -> list[Client]:
    """Those that are a colleague's. In a closed book every client is: also one's own, or the pool's."""
    ours = (actor.pk, None)
    return [one for one in found if one.book_id not in seen or one.assigned_id not in ours]


def _hits(asked: Asked) -> dict[str, list[Client]]:
    """Token → clients of our own books."""
    wanted = list({one for mine in asked.claims for one in mine})
    found: list[tuple[str, UUID]] = []
    for at in range(0, len(wanted), doors.AT_ONCE):
        found += doors.find(asked.entry, wanted[at : at + doors.AT_ONCE])
    if not found:
        return {}
    ours = (
        Client.objects.filter(pk__in={subject for _, subject in found}, book__holding=Holding.OWN)
        .select_related("book")
        .only("id", "assigned", "key_id", "book__lead")
    )
    clients = {client.pk: client for client in ours}
    hits: dict[str, list[Client]] = defaultdict(list)
    for one, subject in found:
        if subject in clients:
            hits[one].append(clients[subject])
    return hits


def _tell(actor: User, book: ClientBook, hits: Sequence[tuple[Client, bool]]) -> None:
    rows = {
        client.pk: DuplicateClaim(
            client=client,
            owner_id=client.assigned_id,
            manager_id=client.book.lead_id,
            asker=actor,
            answer=Answer.TOLD if told else Answer.SILENT,
        )
        for client, told in reversed(hits)
    }
    # A list that is imported twice tells nobody twice. Behind the lock of `meet`: nobody adds one beside it.
    waiting = list(DuplicateClaim.objects.filter(asker=actor, client__in=rows, manager_saw_at__isnull=True))
    for claim in waiting:
        _again(claim, rows[claim.client_id])
    DuplicateClaim.objects.bulk_update(waiting, ["owner", "manager", "owner_saw_at", "answer", "at"])
    told_of = {claim.client_id for claim in waiting}
    DuplicateClaim.objects.bulk_create(row for client_id, row in rows.items() if client_id not in told_of)
    subjects = sorted(rows)
    for at in range(0, len(subjects), 1_000):
        record_change(
            Entry(
                action=Action.CLAIM_HIT,
                object_type=ObjectType.BOOK,
                object_id=book.pk,
                subjects=tuple(subjects[at : at + 1_000]),
            )
        )


def _again(claim: DuplicateClaim, now: DuplicateClaim) -> None:
    """The same person's next try while the last waits: it tells whom it concerns now, and counts today.

    An owner who noted that the newcomer was kept out is told when they are stored, and the other way round.
    """
    if (claim.owner_id, claim.answer) != (now.owner_id, now.answer):
        claim.owner_saw_at = None
    claim.owner_id, claim.manager_id = now.owner_id, now.manager_id
    claim.answer, claim.at = now.answer, now.at
