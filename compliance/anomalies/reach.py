"""What a confirmed finding concerns: the client books that can be frozen at once."""

from collections.abc import Iterable

from django.db.models import Q

from audit.models import LogEntry
from vault.records.models import Client, ClientBook

_MOST = 10


def books_of(entries: Iterable[LogEntry]) -> list[ClientBook]:
    """The books of the clients that the entries name, and the books that they are about. Two queries."""
    ids = {one for entry in entries for one in (*entry.subjects, entry.object_id) if one is not None}
    of_clients = Client.objects.filter(pk__in=ids).values_list("book_id", flat=True)
    found = ClientBook.objects.filter(Q(pk__in=ids) | Q(pk__in=set(of_clients)))
    return list(found.order_by("name", "pk")[:_MOST])
