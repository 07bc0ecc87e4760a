"""Whoever changes rows about a client behind the log is found by comparing, whatever the row is."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from tests.vault.records.approving import approve
from tests.vault.records.makers import acting, add, add_many, book_of
from tests.vault.records.uploads import start, upload
from tests.vault.records.verifying.making import (
    Intruder,
    destroyed,
    found,
    full_client,
    of_kind,
    row_of,
    rows_of,
)
from tests.vault.records.versions.making import change
from tests.vault.relations.makers import (
    asked_position,
    company_in,
    draft_of,
    followup_of,
    said_to,
    share,
)
from vault.records.importing import tasks
from vault.records.models import Client, ClientBook
from vault.records.verifying.codes import CLIENT
from vault.records.verifying.comparing import compare_book
from vault.records.verifying.registry import all_compared
from vault.relations.followups.services import snooze
from vault.relations.mandates.services import discard, put_in_force
from vault.relations.mandates.standing import house_day
from vault.relations.people.models import Relation
from vault.relations.people.services import end_position
from vault.relations.service.services import record_transaction, strike_transaction

pytestmark = pytest.mark.django_db(transaction=True)
# What a copied row must say otherwise, since the table holds it once.
UNIQUE: dict[str, dict[str, object]] = {
    "cv": {"number": 7},
    "cp": {"approval_id": None},
    "ps": {"until": "2026-11-01"},
    "pp": {"approval_id": None, "position": "manager", "share": None},
}
LIST = "姓名,手机\n王五,13800138000\n赵六,13900139000\n"


@pytest.fixture
def intruder(superuser: Connection) -> Intruder:
    return Intruder(superuser)


def test_a_changed_row_of_any_kind_is_named(
    people: SimpleNamespace, book: ClientBook, intruder: Intruder
) -> None:
    """A sealed value of each, and an open column of each."""
    client = full_client(people, book)
    rows, outcome = rows_of(client), compare_book(book)
    assert (outcome.checked.total(), outcome.unknown, outcome.differ) == (len(rows) + 1, 0, 0)
    changes = {
        "cl": "contact_seal = contact_seal + 1",
        "cv": "number = 9",
        "cp": "version = 9",
        "ce": "given = false",
        "cm": "outcome = 'busy'",
        "fu": "due_at = due_at + interval '1 day'",
        "ma": "ends_on = ends_on + 1",
        "pr": "hours = 'evening'",
        "ps": "until = current_date",
        "pp": "since = current_date",
        "ra": "score = 1",
        "tr": "struck_at = now()",
    }
    assert changes.keys() == rows.keys()
    named = {(kind, row, client.pk, "CHANGED") for kind, row in rows.items()}
    for what in ("sealed", "open"):
        put_back = [intruder.keep(one, rows[one.kind]) for one in all_compared()]
        for compared in all_compared():
            stored = row_of(compared, client)
            column = next(g.column for g in compared.groups if getattr(stored, g.attname) is not None)
            sealed = f"{column} = {column} || '\\x00'::bytea"
            intruder.change(
                compared, rows[compared.kind], sealed if what == "sealed" else changes[compared.kind]
            )
        assert found(book) == named, what
        for act in put_back:
            act()
    assert found(book) == set()


def test_a_rolled_back_communication_row_is_named(book: ClientBook, intruder: Intruder) -> None:
    """Its bytes, counter, time and outcome become those of an earlier call."""
    client = add(book)
    earlier, later = (said_to(client, book.lead, text).pk for text in ("谈价格", "谈付款"))
    intruder.run(
        "update vault_communication set (words, words_seal, at, outcome) = (select words, words_seal, at,"
        " outcome from vault_communication where id = %s) where id = %s",
        *(str(earlier), str(later)),
    )
    assert found(book) == {("cm", later, client.pk, "CHANGED")}


def test_a_row_rolled_back_to_what_it_was_is_named(
    people: SimpleNamespace, book: ClientBook, intruder: Intruder
) -> None:
    """Each changes honestly once; then bytes, counters and columns are put back together."""
    ming, client, soon = people.ming, add(book), timezone.now() + timedelta(days=3)
    mandate, followup = draft_of(client), followup_of(client, ming, note="回访")
    held, today = share(company_in(book), client, ming, "30"), house_day()
    with acting(ming):
        paid = record_transaction(actor=ming, client_id=client.pk, kind="fee", amount="100", on=today)
    acts: dict[str, tuple[UUID, Callable[[], object]]] = {
        "cl": (client.pk, lambda: change(client, phone="+8613700137000")),
        "ma": (mandate.pk, lambda: put_in_force(actor=ming, mandate_id=mandate.pk, signed_on=today)),
        "fu": (followup.pk, lambda: snooze(actor=ming, followup_id=followup.pk, due_at=soon)),
        "tr": (paid.pk, lambda: strike_transaction(actor=ming, transaction_id=paid.pk)),
        "ps": (held.pk, lambda: ended_by_two(held, people)),
    }
    for kind, (row, act) in acts.items():
        put_back = intruder.keep(of_kind(kind), row)
        with acting(ming):
            act()
        assert found(book) == set(), kind
        repair = intruder.keep(of_kind(kind), row)
        put_back()
        assert found(book) == {(kind, row, client.pk, "CHANGED")}, kind
        repair()
    assert found(book) == set()


def ended_by_two(held: Relation, people: SimpleNamespace) -> None:
    with acting(people.ming):
        end_position(actor=people.ming, relation_id=held.pk, until=house_day())
    approve(people.olivia, asked_position(held.company))


def test_a_deleted_row_of_any_kind_is_named(
    people: SimpleNamespace, book: ClientBook, intruder: Intruder
) -> None:
    """But what waits for a second person: it goes unnamed once it is decided, and can then not be."""
    client = full_client(people, book)
    rows = rows_of(client)
    rows_about = [one for one in all_compared() if one.kind != CLIENT]
    for compared in rows_about:
        intruder.delete(compared, rows[compared.kind])
    missed = [one.kind for one in rows_about if not one.transient]
    assert len(missed) == len(rows_about) - 2
    assert found(book) == {(kind, rows[kind], client.pk, "DELETED") for kind in missed}


def test_a_deleted_client_row_is_named(book: ClientBook, intruder: Intruder) -> None:
    client = add(book)
    add_many(book, 3)
    intruder.delete(of_kind(CLIENT), client.pk)
    assert found(book) == {(CLIENT, client.pk, client.pk, "DELETED")}
    for one in Client.objects.filter(book=book):
        intruder.delete(of_kind(CLIENT), one.pk)
    assert compare_book(book).differ == 4  # of a book that is left empty, too


def test_deleted_clients_of_an_import_are_named_though_its_own_row_was_deleted_too(
    as_worker: None, book: ClientBook, intruder: Intruder
) -> None:
    with acting(book.lead):
        job = start(upload(book, LIST))
    tasks.run(str(job.pk))
    made = set(Client.objects.filter(book=book).values_list("pk", flat=True))
    assert (len(made), found(book)) == (2, set())
    intruder.run("delete from vault_client where book_id = %s", str(book.pk))
    intruder.run("delete from vault_importjob where id = %s", str(job.pk))
    assert found(book) == {(CLIENT, one, one, "DELETED") for one in made}


def test_a_row_slipped_in_is_named(people: SimpleNamespace, book: ClientBook, intruder: Intruder) -> None:
    client = full_client(people, book)
    rows = rows_of(client)
    slipped = {kind: uuid4() for kind in rows if kind != CLIENT}
    for kind, row in slipped.items():
        intruder.copy(of_kind(kind), rows[kind], row, **UNIQUE.get(kind, {}))
    assert found(book) == {(kind, row, client.pk, "SLIPPED_IN") for kind, row in slipped.items()}


def test_a_client_slipped_in_is_named(book: ClientBook, intruder: Intruder) -> None:
    client, slipped = add(book), uuid4()
    intruder.run("alter table vault_client drop constraint client_key_is_its_own")
    try:
        intruder.copy(of_kind(CLIENT), client.pk, slipped)
        assert found(book) == {(CLIENT, slipped, slipped, "SLIPPED_IN")}
    finally:
        intruder.delete(of_kind(CLIENT), slipped)
        intruder.run("alter table vault_client add constraint client_key_is_its_own unique (key_id)")


def test_a_discarded_draft_put_back_is_named(book: ClientBook, intruder: Intruder) -> None:
    client = add(book)
    draft = draft_of(client)
    put_back = intruder.keep(of_kind("ma"), draft.pk)
    with acting(book.lead):
        discard(actor=book.lead, mandate_id=draft.pk)
    assert found(book) == set()
    put_back()
    assert found(book) == {("ma", draft.pk, client.pk, "SLIPPED_IN")}


def test_a_destroyed_client_put_back_is_named(
    people: SimpleNamespace, as_worker: None, book: ClientBook, intruder: Intruder
) -> None:
    client = add(book)
    put_back = intruder.keep(of_kind(CLIENT), client.pk)
    destroyed(people, client)
    assert found(book) == set()
    put_back()
    assert found(book) == {(CLIENT, client.pk, client.pk, "SLIPPED_IN")}


def test_a_client_moved_to_another_book_is_missing_from_its_own(
    people: SimpleNamespace, book: ClientBook, intruder: Intruder
) -> None:
    client, other = add(book), book_of(people.ming)
    intruder.run("update vault_client set book_id = %s where id = %s", str(other.pk), str(client.pk))
    assert found(book) == {(CLIENT, client.pk, client.pk, "DELETED")}
