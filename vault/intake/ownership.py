"""Whose client it is, and until when. Without an owner a client lies in the public pool of its book (公海).

An owner is protected for some days; real work (a note, a communication, a deal) prolongs that, up to a limit
counted from when the client became theirs. Every change of owner is kept, and logged in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.intake.followers import go_along
from vault.intake.models import How, OwnershipChange, OwnershipRule
from vault.purposes.catalogue import Holding
from vault.records.access import get_book, get_client, may_open, works_in
from vault.records.errors import NotPossible
from vault.records.models import BookMember, Client, ClientBook

# Who let a client fall into the pool leaves it to colleagues first; else the longest protection is none.
REST = timedelta(days=7)


def rule_of(book_id: UUID) -> OwnershipRule:
    """The book's rule, or the defaults."""
    return OwnershipRule.objects.filter(book_id=book_id).first() or OwnershipRule(book_id=book_id)


@transaction.atomic
def set_rule(
    *, actor: User, book_id: UUID, protect_days: int, longest_days: int, claims_a_day: int
) -> OwnershipRule:
    """Change the book's rule; what is protected already stays so. Raises Refused."""
    book = get_own_book(actor, book_id)
    rule, _created = OwnershipRule.objects.update_or_create(
        book=book,
        defaults={
            "protect_days": protect_days,
            "longest_days": longest_days,
            "claims_a_day": claims_a_day,
        },
    )
    record_change(Entry(action=Action.BOOK_OWNERSHIP, object_type=ObjectType.BOOK, object_id=book.pk))
    return rule


def get_own_book(actor: User, book_id: UUID) -> ClientBook:
    """A book of our own clients that the person manages. Raises Refused."""
    book = get_book(actor, book_id, Permission.BOOK_MANAGE)
    if book.holding != Holding.OWN:
        raise Refused(ObjectType.BOOK, book_id, Action.BOOK_OWNERSHIP)
    return book


def protection(book: ClientBook) -> datetime:
    """Until when a client is protected that becomes somebody's now."""
    return timezone.now() + timedelta(days=rule_of(book.pk).protect_days)


def prolong(*, actor: User, client_ids: Sequence[UUID]) -> None:
    """The owner worked on these: protection begins anew, up to the book's limit. Others' work does not."""
    mine = Client.objects.filter(pk__in=client_ids, assigned=actor, protected_until__isnull=False)
    since = dict(
        OwnershipChange.objects.filter(client__in=mine, after=actor)
        .values_list("client")
        .annotate(at=Max("at"))
        .order_by()
    )
    now = timezone.now()
    for client in mine.select_related("book").only("id", "created_at", "key_id", "protected_until", "book"):
        rule = rule_of(client.book_id)
        limit = since.get(client.pk, client.created_at) + timedelta(days=rule.longest_days)
        until = max(client.protected_until, min(now + timedelta(days=rule.protect_days), limit))
        Client.objects.filter(pk=client.pk, assigned=actor).update(protected_until=until)


@transaction.atomic
def claim_client(*, actor: User, client_id: UUID) -> None:
    """Take a client out of the pool. Of two who try at once, one gets it.

    Raises:
        Refused: no such client for this person.
        NotPossible: somebody has it; the day's limit is reached; the person let it fall only just now.
    """
    book = get_client(actor, client_id, Permission.CLIENT_EDIT).book
    # One claim of a person at a time, so that the day's limit holds.
    BookMember.objects.select_for_update(no_key=True).get(book=book, user=actor)
    client = _locked(actor, client_id, Permission.CLIENT_EDIT)
    if client.assigned_id is not None:
        raise NotPossible(_("Somebody else was faster: this client has an owner now."))
    now, rule = timezone.now(), rule_of(client.book_id)
    mine = OwnershipChange.objects.filter(by=actor, how=How.CLAIMED, client__book=client.book)
    if mine.filter(at__gt=now - timedelta(days=1)).count() >= rule.claims_a_day:
        raise NotPossible(
            _("You have taken as many clients from the pool as one person may in a day. Try again tomorrow.")
        )
    last = client.ownership_changes.order_by("-at").first()
    if last and last.before_id == actor.pk and last.how == How.EXPIRED and last.at > now - REST:
        raise NotPossible(_("It was yours until the other day. For seven days it is your colleagues' turn."))
    move(actor=actor, book=client.book, clients=[client], to=actor, how=How.CLAIMED)


@transaction.atomic
def release_client(*, actor: User, client_id: UUID) -> None:
    """Give a client back to the pool: its owner or a manager of the book. Raises Refused, NotPossible."""
    client = _locked(actor, client_id, Permission.CLIENT_EDIT)
    if client.assigned_id != actor.pk:
        client = _locked(actor, client_id, Permission.BOOK_MANAGE)
    if client.assigned_id is None:
        raise NotPossible(_("This client lies in the public pool already."))
    move(actor=actor, book=client.book, clients=[client], to=None, how=How.RELEASED)


@transaction.atomic
def assign_client(*, actor: User, client_id: UUID, to: User) -> None:
    """A manager of the book gives the client to one who works in it. Raises Refused, NotPossible."""
    client = _locked(actor, client_id, Permission.BOOK_MANAGE)
    if not workers(client.book).filter(pk=to.pk).exists():
        raise NotPossible(_("Only somebody who works in the book can own its clients."))
    if client.assigned_id != to.pk:
        move(actor=actor, book=client.book, clients=[client], to=to, how=How.ASSIGNED)


def workers(book: ClientBook) -> "QuerySet[User]":
    """Who may own clients of the book: whoever can work there now."""
    return User.objects.filter(works_in(book, OuterRef("pk"))).order_by("display_name", "id")


def move(*, actor: User, book: ClientBook, clients: Sequence[Client], to: User | None, how: How) -> None:
    """Change the owner of locked clients of one book, keep the history, and log it: an entry a thousand."""
    for at in range(0, len(clients), MAX_SUBJECTS):
        part = clients[at : at + MAX_SUBJECTS]
        ids = [client.pk for client in part]
        Client.objects.filter(pk__in=ids).update(assigned=to)
        note_owner(actor=actor, book=book, clients=part, to=to, how=how)
        record_change(
            Entry(
                action=Action.CLIENT_OWNER,
                object_type=ObjectType.PERSON if to else ObjectType.BOOK,
                object_id=to.pk if to else book.pk,
                subjects=tuple(ids),
                reason=how.value,
            )
        )


def note_owner(
    *, actor: User, book: ClientBook, clients: Sequence[Client], to: User | None, how: How
) -> None:
    """Keep that these have another owner now than their rows in hand say, protect them anew, and let what was
    left open about them go along.

    Of a book entrusted for a deal, only the last: who looks after a client there owns nothing, so there is
    nothing to protect, and no history of whose client it was.
    """
    ids = [client.pk for client in clients]
    if book.holding == Holding.OWN:
        Client.objects.filter(pk__in=ids).update(protected_until=protection(book) if to else None)
        OwnershipChange.objects.bulk_create(
            [
                OwnershipChange(client=client, before_id=client.assigned_id, after=to, how=how, by=actor)
                for client in clients
            ]
        )
    if to and clients:
        leaver_id = clients[0].assigned_id if how == How.HANDED_OVER else None
        go_along(actor=actor, book=book, client_ids=ids, to=to, leaver_id=leaver_id)


def _locked(actor: User, client_id: UUID, permission: Permission) -> Client:
    """The client behind its lock, after the gate was asked once more. Raises Refused."""
    Client.objects.select_for_update(of=("self",), no_key=True).filter(pk=client_id).first()
    client = get_client(actor, client_id, permission)
    if not may_open(client) or client.book.holding != Holding.OWN:
        raise Refused(ObjectType.CLIENT, client_id, Action.CLIENT_OWNER)
    return client
