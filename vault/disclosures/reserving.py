"""What an export adds to the counts: foretold when it is asked for, entered when it is approved."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from people.accounts.models import User
from vault.disclosures.categories import FULL, Category, gravest
from vault.disclosures.counting import Standing, category_of, count_disclosure, standing_of
from vault.disclosures.models import Channel, Disclosure, Export
from vault.disclosures.selection import Use, usable
from vault.records.models import Client


class ListMoved(Exception):
    """Nobody of the list is left who could be exported."""


def foretold(person: User, recipient: UUID, purpose: str, people: Mapping[UUID, Category]) -> Standing:
    """The standing if these were given. Whoever this person gave this recipient for this before adds nothing;
    over the wider scopes all others count as new, which errs on the high side."""
    known = Disclosure.objects.filter(
        person=person, recipient_id=recipient, purpose=purpose, subject_id__in=list(people)
    )
    counted = set(known.values_list("subject_id", "category"))
    adding = Counter(category for pair in people.items() if pair not in counted for category in pair[1:])
    return standing_of(person, recipient, purpose).plus(adding)


def needs_officer(export: Export) -> bool:
    """Whether this export reaches the marks, or has a price."""
    if export.priced:
        return True
    if export.masked:
        return False
    standing = foretold(export.requester, export.recipient_id, export.purpose, people_of(export))
    return standing.points >= FULL


def reserve(export: Export) -> None:
    """Enter the export's people into the register, before a byte of it is written. Raises ListMoved.

    What goes to somebody outside the house is a share. Masks identify nobody and are not counted.
    """
    people = people_of(export)
    if not people:
        raise ListMoved
    if not export.masked:
        count_disclosure(
            person=export.requester,
            recipient=export.recipient_id,
            purpose=export.purpose,
            channel=Channel.SHARE if export.outsider_id else Channel.EXPORT,
            subjects=people,
            object_id=export.pk,
        )


def people_given(export: Export) -> dict[UUID, Category]:
    """The clients of the list that are still there, with their class: whom a copy of it gives away."""
    shown = gravest(export.chosen)
    held = Client.objects.filter(pk__in=export.items.values("client_id"))
    return {pk: category_of(kind, shown) for pk, kind in held.values_list("pk", "kind")}


def people_of(export: Export) -> dict[UUID, Category]:
    """The clients of the list that may be used for its purpose today, with their class."""
    ids = list(export.items.values_list("client_id", flat=True))
    clients = Client.objects.filter(pk__in=ids).select_related("book")
    return usable(clients, Use.of(export)).categories(export.chosen)
