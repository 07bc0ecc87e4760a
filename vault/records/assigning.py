"""Assigning many clients to a colleague at once: the work of whoever manages their book."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from audit.log import record_change
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.permissions import Permission
from vault.records.access import which_books, which_clients
from vault.records.errors import NotPossible
from vault.records.models import BookMember, Client, ClientState, Level
from vault.records.saving import keeper


@dataclass(frozen=True, slots=True)
class Assigned:
    """How many are the colleague's now; how many were already, or are kept for storage only."""

    changed: int
    left: int


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
    mine = which_clients(actor, Permission.BOOK_MANAGE).filter(pk__in=wanted)
    clients = list(mine.select_for_update(of=("self",)).order_by("pk"))
    if unknown := wanted - {client.pk for client in clients}:
        raise Refused(ObjectType.CLIENT, min(unknown), Action.CLIENT_ASSIGN)
    if to is not None:
        _works_in_all(to, {client.book_id for client in clients})
    whose = to.pk if to else None
    given = [
        client for client in clients if client.state == ClientState.ACTIVE and client.assigned_id != whose
    ]
    moved = [client.pk for client in given]
    if moved:
        Client.objects.filter(pk__in=moved).update(assigned=to)
        keeper().given(actor=actor, clients=given, to=to)
        record_change(
            Entry(
                action=Action.CLIENT_ASSIGN,
                object_type=ObjectType.PERSON,
                object_id=whose,
                subjects=tuple(moved),
                fields=("assigned",),
            )
        )
    return Assigned(len(moved), len(clients) - len(moved))


def colleagues(actor: User) -> list[User]:
    """Whoever works in a book that the person manages, by name."""
    books = which_books(actor, Permission.BOOK_MANAGE)
    members = BookMember.objects.filter(book__in=books, level__gte=Level.WORK)
    return list(
        User.objects.filter(pk__in=members.values("user_id"), is_active=True).order_by("display_name", "pk")
    )


def _works_in_all(to: User, books: Collection[UUID]) -> None:
    works = BookMember.objects.filter(user=to, book__in=books, level__gte=Level.WORK)
    if not to.is_active or works.count() < len(books):
        raise NotPossible(
            _("This colleague does not work in the book of every chosen client. Nothing was changed.")
        )
