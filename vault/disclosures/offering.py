"""What an export's form may offer: purposes that a book is used for, and of fields what they need."""

from collections import defaultdict
from collections.abc import Mapping

from django.db.models import QuerySet

from vault.purposes.bases.models import BookBasis
from vault.purposes.catalogue import Purpose
from vault.records.labels import Field
from vault.records.models import ClientBook

Offered = Mapping[Purpose, list[Field]]


def offered_of(books: "QuerySet[ClientBook]") -> Offered:
    """Purpose → the fields that it needs in at least one of these books, in their usual order. One query.

    Clients of a book in which it needs less are left out of the export, and counted there.
    """
    needed: dict[str, set[str]] = defaultdict(set)
    for row in BookBasis.objects.filter(book__in=books, on=True):
        needed[row.purpose].update(row.fields)
    return {
        purpose: [name for name in Field if name in needed[purpose.value]]
        for purpose in Purpose
        if needed.get(purpose.value)
    }
