"""Client books as compartments."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from vault.custody.owners import Owner
from vault.records.access import which_books
from vault.records.models import ClientBook


def tell(user: User, compartments: Sequence[UUID]) -> Mapping[UUID, Owner]:
    """The books among these, by name where the person is a member."""
    ours = ClientBook.objects.filter(pk__in=compartments).values_list("pk", flat=True)
    names = dict(which_books(user).filter(pk__in=compartments).values_list("pk", "name"))
    return {
        book: Owner(
            kind=_("Client book"),
            name=names.get(book, ""),
            unseen=_("A client book that you do not see"),
            url=reverse("vault:book", args=[book]) if book in names else "",
        )
        for book in ours
    }
