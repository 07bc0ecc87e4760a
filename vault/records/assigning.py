"""Assigning many clients to a colleague at once: the work of whoever manages their book."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_books, which_clients, works_in
from vault.records.errors import NotPossible
from vault.records.listing import clients_matching
from vault.records.models import Client, ClientBook, ClientState
from vault.records.saving import keeper

# Of the clients that fit a list's filters, as many as one request carries out while somebody waits for it.
MAX_ASSIGN = 5_000


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many are the colleague's now; how many were already, or are kept for storage only."""

    changed: int
    left: int


@dataclass(frozen=True, slots=True)
class Matching:
    """How many clients fit and may be assigned, counted up to one more than `limit`."""

    count: int
    limit: int

    @property
    def too_many(self) -> bool:
        return self.count > self.limit

    @property
    def all_go(self) -> bool:
        return 0 < self.count <= self.limit


@transaction.atomic
def assign_clients(*, actor: User, client_ids: Collection[UUID], to: User | None) -> Assigned:
    """Assign at most 1,000 clients to a colleague who works in each of their books, or to nobody.

    Raises:
        Refused: one of them is no client of a book that the person manages; nothing was changed.
        NotPossible: too many, or the colleague does not work in one of the books; nothing was changed.
    """
    wanted = set(client_ids)
    if len(wanted) > MAX_SUBJECTS:
        raise NotPossible(_("At most 1,000 clients can be assigned at once. Nothing was changed."))
    clients = _locked(which_clients(actor, Permission.BOOK_MANAGE).filter(pk__in=wanted))
    if unknown := wanted - {client.pk for client in clients}:
        raise Refused(ObjectType.CLIENT, min(unknown), Action.CLIENT_ASSIGN)
    return _assign(actor, clients, to)


@transaction.atomic
def assign_matching(*, actor: User, filters: Mapping[str, Any], to: User | None) -> Assigned:
    """Assign all clients of the list that fit, in books that the person manages: all of them, or none.

    `filters` are `FilterForm.filters`. Logged by the thousand.

    Raises NotPossible: more than MAX_ASSIGN fit, or none, or the colleague does not work in one of their
    books; nothing was changed.
    """
    clients = _locked(clients_matching(actor, filters, Permission.BOOK_MANAGE))
    if len(clients) > MAX_ASSIGN:
        raise NotPossible(
            _("More than %(limit)d clients fit. Narrow the list and assign each part. Nothing was changed.")
            % {"limit": MAX_ASSIGN}
        )
    if not clients:
        raise NotPossible(_("None of these lies in a book that you manage: others assign them."))
    return _assign(actor, clients, to)


def matching(actor: User, filters: Mapping[str, Any]) -> Matching:
    """What `assign_matching` would take."""
    found = clients_matching(actor, filters, Permission.BOOK_MANAGE).order_by()
    return Matching(found[: MAX_ASSIGN + 1].count(), MAX_ASSIGN)


def _locked(found: "QuerySet[Client]") -> list[Client]:
    """These, at most MAX_ASSIGN + 1, behind their locks, taken in one order by everybody."""
    sealed = ("identity", "contact", "financial", "remarks")
    found = found.select_for_update(of=("self",), no_key=True).defer(*sealed)
    return list(found.order_by("pk")[: MAX_ASSIGN + 1])


def _assign(actor: User, clients: Sequence[Client], to: User | None) -> Assigned:
    if to is not None:
        _works_in_all(to, {client.book_id for client in clients})
    whose = to.pk if to else None
    given = [
        client for client in clients if client.state == ClientState.ACTIVE and client.assigned_id != whose
    ]
    for at in range(0, len(given), MAX_SUBJECTS):
        part = given[at : at + MAX_SUBJECTS]
        moved = [client.pk for client in part]
        Client.objects.filter(pk__in=moved).update(assigned=to)
        keeper().given(actor=actor, clients=part, to=to)
        record_change(
            Entry(
                action=Action.CLIENT_ASSIGN,
                object_type=ObjectType.PERSON,
                object_id=whose,
                subjects=tuple(moved),
                fields=("assigned",),
            )
        )
    return Assigned(len(given), len(clients) - len(given))


def colleagues(actor: User) -> list[User]:
    """Whoever works in a book that the person manages, by name."""
    managed = which_books(actor, Permission.BOOK_MANAGE)
    theirs = managed.filter(works_in(OuterRef("pk"), OuterRef(OuterRef("pk"))))
    return list(User.objects.filter(Exists(theirs)).order_by("display_name", "pk"))


def _works_in_all(to: User, books: Collection[UUID]) -> None:
    works = ClientBook.objects.filter(works_in(OuterRef("pk"), to), pk__in=books)
    if works.count() < len(books):
        raise NotPossible(
            _("This colleague does not work in the book of every chosen client. Nothing was changed.")
        )
