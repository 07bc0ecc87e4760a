"""The gate of figures: which books' numbers may a person see? Purposes bind here too."""

from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.access import has
from people.roles.permissions import Permission
from vault.purposes.catalogue import Holding
from vault.records.access import which_books
from vault.records.models import ClientBook


def counted_books(user: User) -> "QuerySet[ClientBook]":
    """Of our own clients only: an entrusted list serves its deal (PIPL 21), and no statistics.

    All of them for oversight; those that one manages for business.
    """
    if has(user, Permission.FIGURES_HOUSE):
        books = ClientBook.objects.all()
    elif has(user, Permission.FIGURES_VIEW):
        books = which_books(user, Permission.BOOK_MANAGE)
    else:
        books = ClientBook.objects.none()
    return books.filter(holding=Holding.OWN).order_by("name", "id")


def counted_book(user: User, book_id: UUID) -> ClientBook:
    """Raises Refused: there is none, or its numbers are not for this person or this use."""
    book = counted_books(user).filter(pk=book_id).first()
    if book is None:
        raise Refused(ObjectType.BOOK, book_id, Action.FIGURES_VIEW)
    return book
