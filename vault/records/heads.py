"""How many people the client books hold: what `people.headcount` asks once a day."""

from django.db.models import Count, Q

from people.headcount.counting import Heads
from vault.records.models import Client, ClientKind


def heads() -> Heads:
    """People in all books, entrusted ones too, and those with a bank account, the one sensitive kind
    that a client record has (GB/T 45574: an ID number alone is not). One pass over the table; nothing is
    opened."""
    people = Client.objects.filter(kind=ClientKind.PERSON)
    found = people.aggregate(people=Count("pk"), sensitive=Count("pk", filter=Q(financial__isnull=False)))
    return Heads(found["people"], found["sensitive"])
