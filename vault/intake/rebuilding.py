"""Claims of clients who are there already: after an upgrade, or when the keyring was restored without them.

Every client's identity and contact group is opened for it, a thousand at a time, each under its own entry.
"""

from uuid import UUID

from audit.actions import Action, ObjectType
from audit.entry import MAX_SUBJECTS, Entry
from vault.access import Mode, access
from vault.intake.claims import FIELDS, claims_maker
from vault.intake.house import opened_house
from vault.keys import claims as doors
from vault.purposes.catalogue import Holding
from vault.records.models import Client, ClientBook
from vault.records.reading import LISTED, keys_of


def rebuild_claims() -> int:
    """Enter the claims of all our own clients anew; how many clients. Stopped anywhere, it may run again."""
    done = 0
    for book in ClientBook.objects.filter(holding=Holding.OWN).order_by("id"):
        after: UUID | None = None
        while clients := _batch(book, after):
            _enter(book, clients)
            done, after = done + len(clients), clients[-1].pk
    return done


def _batch(book: ClientBook, after: UUID | None) -> list[Client]:
    found = Client.objects.filter(book=book).select_related("book").order_by("id")
    return list((found.filter(pk__gt=after) if after else found)[: MAX_SUBJECTS - 1])


def _enter(book: ClientBook, clients: list[Client]) -> None:
    _, key = opened_house(Action.CLAIM_ENTER, book.pk)
    entry = Entry(
        action=Action.CLAIM_ENTER,
        object_type=ObjectType.BOOK,
        object_id=book.pk,
        subjects=tuple(client.pk for client in clients),
        keys=keys_of(clients),
    )
    claims_of = claims_maker(key)
    with access(Mode.OPEN, entry, groups=LISTED):
        rows = [
            (client.pk, set(claims_of({name.value: getattr(client, name) for name in FIELDS})))
            for client in clients
        ]
    doors.enter(replaced=[client.pk for client in clients], rows=rows)
