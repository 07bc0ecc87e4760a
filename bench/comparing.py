"""The nightly comparison of a book with the log: clients, and a row about each, read and hashed anew.

`BENCH_ROWS` is how many of both; half are clients. Nothing is opened, so the time does not depend on keys.
"""

import os
import resource
import time
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.origin import Origin, acting_as
from people.accounts.models import Kind, User
from people.accounts.system import ensure_system_account, system_account
from people.roles.builtin import RoleCode, ensure_builtin_roles
from people.roles.models import GrantState, RoleGrant
from vault.access import Mode, access
from vault.purposes.catalogue import Holding
from vault.records.books import create_book
from vault.records.drafts import ClientDraft
from vault.records.models import Client, ClientBook
from vault.records.services import BATCH, create_clients
from vault.records.verifying.comparing import compare_book
from vault.relations.rows import new_row, record_row
from vault.relations.service.models import RATING, Rating

ROWS = int(os.environ.get("BENCH_ROWS", "20000"))
NIGHT = 8.0  # hours in which a book of a million clients with a row each is compared
AT_ONCE = 500


def run(only: str | None) -> Iterator[dict[str, Any]]:
    ensure_system_account()
    ensure_builtin_roles()
    agent = User.objects.create(
        username="agent", display_name="agent", kind=Kind.STAFF, email="agent@example.test"
    )
    RoleGrant.objects.create(
        user=agent, role_id=RoleCode.AGENT, state=GrantState.ACTIVE, granted_by=system_account()
    )
    with acting_as(Origin(actor=agent.pk)):
        book = create_book(actor=agent, name="bench", holding=Holding.OWN)
        _fill(agent, book)
        before, started = _peak(), time.perf_counter()
        found = compare_book(book)
        seconds = time.perf_counter() - started
    assert (found.checked.total(), found.unknown, found.differ) == (ROWS, 0, 0), found
    hours = seconds / ROWS * 2_000_000 / 3600
    yield {
        "name": "records_compared",
        "value": round(ROWS / seconds),
        "unit": "rows/s, half of them clients",
        "ratio": round(hours / NIGHT, 4),
        "against": f"{NIGHT:.0f} h for a book of 1,000,000 clients with a row each",
        "bar": 1.0,
        "met": hours <= NIGHT,
        "minutes_for_such_a_book": round(hours * 60, 1),
        "peak_memory_grew_mb": round((_peak() - before) / 1024, 1),
    }


def _fill(agent: User, book: ClientBook) -> None:
    for at in range(0, ROWS // 2, BATCH):
        drafts = [
            ClientDraft("person", {"name": f"客户{number}", "phone": f"+86139{number:08}"})
            for number in range(at, min(at + BATCH, ROWS // 2))
        ]
        create_clients(actor=agent, book_id=book.pk, drafts=drafts)
    clients = list(Client.objects.filter(book=book).select_related("book"))
    for at in range(0, len(clients), AT_ONCE):
        _rate(agent, clients[at : at + AT_ONCE])


def _rate(agent: User, clients: Sequence[Client]) -> None:
    entry = Entry(
        action=Action.CLIENT_OPEN,
        object_type=ObjectType.CLIENT,
        object_id=None,
        subjects=tuple(client.pk for client in clients),
        keys=(clients[0].book.key_id, *(client.key_id for client in clients)),
    )
    with access(Mode.WRITE, entry, groups=(RATING,)), transaction.atomic():
        for client in clients:
            row = new_row(Rating, client, agent, score=5, aspects=["speed"], words="答复很快")
            record_row(Action.RATING_CREATE, ObjectType.RATING, row)


def _peak() -> int:
    """Of this process, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
