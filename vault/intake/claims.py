"""撞单: saving a client whom a colleague has answers only that the client is somebody's already.

The match is blind: 128-bit tokens under the house's key, over our own books only. An entrusted book neither
asks nor answers: its clients are not ours, and its own unique index tells what it holds twice.

The answer is an oracle ("is this person a client of the house?"), so it is rationed. A person gets TOLD_A_DAY
answers in 24 hours, a file of a hundred thousand numbers as little as a form; beyond that the client is
stored, nothing is said, and the owner and the manager, who are told of every single one, settle it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from vault.crypto.blind import UNIQUE_BITS, IndexKey, token
from vault.formats import identity, names
from vault.intake.house import opened_house
from vault.intake.models import Answer, DuplicateClaim, HouseKey
from vault.keys import claims as doors
from vault.purposes.catalogue import Holding
from vault.records.access import which_books
from vault.records.drafts import ClientDraft
from vault.records.labels import Field
from vault.records.models import Client, ClientBook

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


def tokens_of(key: IndexKey, values: Values) -> list[bytes]:
    return [token(key, text, UNIQUE_BITS) for text in claim_keys(values)]


def of_others(
    *,
    actor: User,
    book: ClientBook,
    drafts: Sequence[ClientDraft],
    ids: Sequence[UUID | None],
    tokens: Sequence[Sequence[bytes]],
    entry: UUID,
) -> frozenset[int]:
    """The positions of drafts that stay out, since somebody whose book is closed to `actor` has them.

    Everyone concerned is told, in the caller's transaction, whether `actor` is or not.
    """
    # Two people saving one client at a time: the second waits here and then finds the first's claim. It also
    # makes the count of today's answers exact.
    HouseKey.objects.select_for_update(no_key=True).get()
    wanted = {one for mine, client_id in zip(tokens, ids, strict=True) if client_id for one in mine}
    hits = _foreign(actor, entry, sorted(wanted))
    concerned = [
        (at, [hit for one in mine for hit in hits.get(one, ())])
        for at, (mine, client_id) in enumerate(zip(tokens, ids, strict=True))
        if client_id
    ]
    concerned = [(at, found) for at, found in concerned if found]
    if not concerned:
        return frozenset()
    left = max(0, TOLD_A_DAY - told_today(actor))
    owned = frozenset(at for at, _ in concerned[:left])
    _tell(actor, book, [(client, at in owned) for at, found in concerned for client in found])
    return owned


def told_today(user: User) -> int:
    """How many answers the person got in the last 24 hours."""
    since = timezone.now() - DAY
    return DuplicateClaim.objects.filter(asker=user, answer=Answer.TOLD, at__gt=since).count()


def known_to(*, actor: User, book: ClientBook, values: Values) -> list[Client]:
    """The clients in the person's own books whom the values match: those may be named to them."""
    if book.holding != Holding.OWN:
        return []
    entry, key = opened_house(Action.CLAIM_ASK, book.pk)
    subjects = {subject for _, subject in doors.find(entry, tokens_of(key, values))}
    mine = Client.objects.filter(pk__in=subjects, book__in=which_books(actor)).select_related("book")
    return list(mine.order_by("-id")[:5])


def _foreign(actor: User, entry: UUID, wanted: Sequence[bytes]) -> dict[bytes, list[Client]]:
    """Token → clients of our own books that are closed to the person."""
    found: list[tuple[bytes, UUID]] = []
    for at in range(0, len(wanted), doors.AT_ONCE):
        found += doors.find(entry, wanted[at : at + doors.AT_ONCE])
    if not found:
        return {}
    closed = (
        Client.objects.filter(pk__in={subject for _, subject in found}, book__holding=Holding.OWN)
        .exclude(book__in=which_books(actor))
        .select_related("book")
        .only("id", "assigned", "key_id", "book__lead")
    )
    clients = {client.pk: client for client in closed}
    hits: dict[bytes, list[Client]] = defaultdict(list)
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
    DuplicateClaim.objects.bulk_create(rows.values())
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
