"""A book moves to another suite while it is read and written; half moved, it reads as before."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connections, transaction
from psycopg2.errors import ForeignKeyViolation, InsufficientPrivilege
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.entry import Entry
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.review.reasons import open_sealed_reason
from tests.vault.custody import making
from tests.vault.profiles import crypto_profile, other, own
from tests.vault.records.makers import ZHANG, acting, add, add_many, book_of
from tests.vault.relations.makers import mandate_of
from vault.access import Mode, access
from vault.crypto.suites import AES_256_GCM, SM4_GCM
from vault.custody.suites import moving
from vault.custody.suites.models import SuiteMove
from vault.custody.suites.services import order_move
from vault.keys import store
from vault.purposes.catalogue import Reason
from vault.purposes.uploads import Proof
from vault.records import rotating
from vault.records.changing import update_client
from vault.records.entries import client_entry
from vault.records.errors import ChangedMeanwhile
from vault.records.labels import Group
from vault.records.models import Client, ClientBook, ClientVersion
from vault.records.reading import reveal_group
from vault.records.search import search
from vault.sealed.context import AccessContext

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db(transaction=True)


def suites_of(book: ClientBook) -> list[int]:
    return sorted(bytes(row.identity)[1] for row in Client.objects.filter(book=book))


def ordered(people: SimpleNamespace, book: ClientBook, suite: int | None = None) -> SuiteMove:
    """A move to `suite`, or to the other one."""
    with acting(people.olivia):
        return order_move(actor=people.olivia, book=book, suite=suite or other())


def phone_of(client: Client) -> str:
    with acting(client.book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        return client.phone


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)


def test_a_book_moves_whole_and_reads_searches_and_changes_as_before(
    people: SimpleNamespace, book: ClientBook, as_worker: None
) -> None:
    client = add(book)
    mandate = mandate_of(client, document=Proof("", "application/pdf", "JVBERi0="))
    add_many(book, 3)
    with acting(people.ming):
        update_client(
            actor=people.ming, client_id=client.pk, version=1, reason="update", values={"notes": "新的备注"}
        )
    move = ordered(people, book)
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert suites_of(book) == [other()] * 4
    now = Client.objects.select_related("book").get(pk=client.pk)
    assert now.key_id != client.key_id
    assert phone_of(now) == ZHANG["phone"]
    version = ClientVersion.objects.select_related("client__book").get()
    mandate.refresh_from_db()  # what was signed stays, under another key
    assert version.key_id == mandate.key_id == now.key_id
    with acting(people.ming), access(Mode.OPEN, client_entry(now, Action.CLIENT_VIEW)):
        assert (version.notes, now.notes) == (ZHANG["notes"], "新的备注")
        assert (mandate.subject, mandate.file) == ("转让深圳某公司全部股权", "JVBERi0=")
    with acting(people.ming):
        assert [row.client.pk for row in search(actor=people.ming, text=ZHANG["phone"]).rows] == [client.pk]
        update_client(
            actor=people.ming, client_id=client.pk, version=2, reason="update", values={"notes": "再改"}
        )
    assert suites_of(book) == [other()] * 4
    move.refresh_from_db()
    assert (move.moved, move.ended_at is not None) == (4, True)


def test_half_moved_every_record_reads(
    people: SimpleNamespace, book: ClientBook, as_worker: None, small_batches: None
) -> None:
    add_many(book, 5)
    before = {row.pk: phone_of(row) for row in Client.objects.select_related("book")}
    move = ordered(people, book)
    with acting(people.olivia):
        assert moving._batch(move) == 2
    assert suites_of(book) == sorted([own()] * 3 + [other()] * 2)
    assert {row.pk: phone_of(row) for row in Client.objects.select_related("book")} == before
    with acting(people.olivia):  # whoever comes after a kill goes on where the batches end
        moving.carry_out(move.pk)
    assert suites_of(book) == [other()] * 5
    assert SuiteMove.objects.get().moved == 5


def test_readers_and_writers_go_on_while_a_book_moves(
    people: SimpleNamespace, book: ClientBook, as_worker: None, small_batches: None
) -> None:
    add_many(book, 12)
    ids = list(Client.objects.values_list("pk", flat=True))
    written, read = Counter(), Counter()

    def reading() -> None:
        for client in Client.objects.filter(pk__in=ids).select_related("book"):
            assert phone_of(client).startswith("+86139")
            read[client.pk] += 1

    def writing() -> None:
        for client_id in ids:
            version = Client.objects.values_list("version", flat=True).get(pk=client_id)
            with acting(people.ming), suppress(ChangedMeanwhile):
                update_client(
                    actor=people.ming,
                    client_id=client_id,
                    version=version,
                    reason="update",
                    values={"notes": f"第{version}次"},
                )
                written[client_id] += 1

    with making.beside(reading, writing):
        for suite in (other(), own(), other()):
            move = ordered(people, book, suite)
            with acting(people.olivia):
                moving.carry_out(move.pk)
    assert suites_of(book) == [other()] * 12
    assert sum(read.values())
    assert sum(written.values()) == sum(Client.objects.values_list("version", flat=True)) - len(ids)


def test_what_was_loaded_before_the_move_opens_after_it(
    people: SimpleNamespace, book: ClientBook, as_worker: None
) -> None:
    """A reader between loading a row and opening it, with and without the older key in its cache."""
    client = add(book)
    stale = Client.objects.select_related("book").get(pk=client.pk)
    move = ordered(people, book)
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert phone_of(stale) == ZHANG["phone"]
    with acting(book.lead), access(Mode.OPEN, client_entry(stale, Action.CLIENT_VIEW)):
        assert Client.objects.get(pk=client.pk).phone == ZHANG["phone"]  # named by its older key


def test_a_row_sealed_under_the_older_key_meanwhile_is_moved_too(
    people: SimpleNamespace, book: ClientBook, as_worker: None
) -> None:
    client = add(book)
    stale = Client.objects.get(pk=client.pk)  # a writer that loaded the client before the move
    move = ordered(people, book)
    with acting(people.olivia):
        moving._batch(move)
    about = {"number": 1, "fields": ["notes"], "reason": "update", "changed_by": people.ming}
    ClientVersion.of(stale, **about).save()
    with acting(people.olivia):
        moving.carry_out(move.pk)
    now = Client.objects.select_related("book").get(pk=client.pk)
    moved = ClientVersion.objects.get()
    assert moved.key_id == now.key_id != stale.key_id
    with acting(people.ming), access(Mode.OPEN, client_entry(now, Action.CLIENT_VIEW)):
        assert moved.phone == ZHANG["phone"]


def test_words_beside_an_entry_of_before_the_move_still_open(
    people: SimpleNamespace, book: ClientBook, as_worker: None
) -> None:
    client = add(book)
    with acting(people.ming):
        reveal_group(
            actor=people.ming,
            client_id=client.pk,
            group=Group.CONTACT,
            purpose="service",
            reason=Reason.OTHER,
            words="客户来电确认地址",
        )
    move = ordered(people, book)
    with acting(people.olivia):
        moving.carry_out(move.pk)
        entry = LogEntry.objects.get(action=Action.CLIENT_REVEAL, object_id=client.pk)
        assert open_sealed_reason(people.olivia, entry) == "客户来电确认地址"


def test_destroying_a_moved_client_destroys_its_older_key_too(
    people: SimpleNamespace, book: ClientBook, as_worker: None, worker: Connection
) -> None:
    client = add(book)
    move = ordered(people, book)
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert {copy.live for copy in store.copies([client.pk])} == {True}
    assert len(store.copies([client.pk])) == 2
    with worker.cursor() as cursor:
        cursor.execute("select count(*) from keyring.copies(array[%s]::uuid[])", [str(client.pk)])
        assert cursor.fetchone() == (2,)


def test_two_orders_for_one_book_are_one_move(people: SimpleNamespace, book: ClientBook) -> None:
    assert ordered(people, book).pk == ordered(people, book).pk
    with pytest.raises(IntegrityError, match="one_suite_move_a_book"), transaction.atomic():
        SuiteMove.objects.create(book=book, suite=1, order=book.pk, ordered_by=people.olivia)


def test_the_database_knows_the_suites(people: SimpleNamespace, book: ClientBook) -> None:
    with pytest.raises(IntegrityError, match="suite_move_suite_known"):
        SuiteMove.objects.create(book=book, suite=9, order=book.pk, ordered_by=people.olivia)


def test_an_agent_orders_no_move(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(people.ming), pytest.raises(Refused):
        order_move(actor=people.ming, book=book, suite=SM4_GCM)


def test_a_key_is_not_made_the_successor_of_another_persons(
    people: SimpleNamespace, book: ClientBook, worker: Connection
) -> None:
    """Whoever holds the worker's login could else be given a stranger's key beside a person's own."""
    client, other = add(book), add(book, {"name": "李四"})
    move = ordered(people, book)
    with worker.cursor() as cursor, pytest.raises(ForeignKeyViolation):
        cursor.execute(
            "select keyring.supersede(%s, array[%s]::bigint[], array[%s]::bigint[])",
            [str(move.order), client.key_id, other.key_id],
        )


def test_no_succession_without_an_order_for_that_book(
    people: SimpleNamespace, book: ClientBook, worker: Connection
) -> None:
    client, elsewhere = add(book), book_of(people.lea)
    move = ordered(people, elsewhere)
    with worker.cursor() as cursor, pytest.raises(InsufficientPrivilege):
        cursor.execute(
            "select keyring.supersede(%s, array[%s]::bigint[], array[%s]::bigint[])",
            [str(move.order), client.key_id, client.key_id],
        )


def test_the_web_login_may_not_even_ask(web: Connection) -> None:
    with web.cursor() as cursor, pytest.raises(InsufficientPrivilege):
        cursor.execute("select keyring.supersede(gen_random_uuid(), '{}', '{}')")


def test_every_sealed_model_of_the_vault_names_its_client() -> None:
    """By it a move finds the rows: a model without would stay behind under the older key."""
    for model in moving.models_about_clients():
        assert model._meta.get_field("client").related_model is Client, model


@pytest.mark.usefixtures("as_worker")
def test_under_the_national_profile_new_clients_are_sealed_by_sm4(settings, people: SimpleNamespace) -> None:
    settings.CRYPTO_PROFILE = "guomi"
    book = book_of(people.ming, name="国密")
    client = add(book)
    assert suites_of(book) == [SM4_GCM]
    assert phone_of(client) == ZHANG["phone"]
    with acting(people.ming):
        assert [row.client.pk for row in search(actor=people.ming, text=ZHANG["phone"]).rows] == [client.pk]
    move = ordered(people, book, AES_256_GCM)
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert suites_of(book) == [AES_256_GCM]
    assert moving.indexed_otherwise(book, AES_256_GCM)  # tokens are made under the key that made them
    settings.CRYPTO_PROFILE = "international"
    with acting(people.ming):
        rotating.begin(actor=people.ming, book_id=book.pk)
        rotating.fill(actor=people.ming, book_id=book.pk)
        rotating.retire(actor=people.ming, book_id=book.pk)
    assert not moving.indexed_otherwise(book, AES_256_GCM)


@pytest.mark.usefixtures("as_worker", "small_batches")
def test_a_move_and_a_rotation_of_the_index_one_within_the_other_lose_nobody(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After every block of the one, a batch of the other: in each half-state a search finds everybody."""
    add_many(book, 5)
    monkeypatch.setattr(rotating, "BLOCK", 2)
    ids = set(Client.objects.values_list("pk", flat=True))
    move, blocks = ordered(people, book), rotating._blocks

    def everybody() -> None:
        with acting(people.ming):
            found = {
                row.client.pk
                for number in range(5)
                for row in search(actor=people.ming, text=f"客户{number}").rows
            }
        assert found == ids
        assert {phone_of(row) for row in Client.objects.select_related("book")} == {
            f"+86139{number:08}" for number in range(5)
        }

    def searched(of: ClientBook) -> Iterator[list[Client]]:
        for block in blocks(of):
            yield block
            everybody()

    @contextmanager
    def opened_then_moved(mode: Mode, entry: Entry) -> Iterator[AccessContext]:
        """The keys in hand are those of before, whatever the rows say by now."""
        with access(mode, entry) as context:
            with acting(people.olivia):
                moving._batch(move)
            yield context

    with acting(people.ming):
        rotating.begin(actor=people.ming, book_id=book.pk)
    everybody()
    monkeypatch.setattr(rotating, "_blocks", searched)
    monkeypatch.setattr(rotating, "access", opened_then_moved)
    with acting(people.ming):
        filled = rotating.fill(actor=people.ming, book_id=book.pk)
    assert filled.written + filled.skipped == 5
    assert suites_of(book).count(other()) > 0
    monkeypatch.setattr(rotating, "_blocks", blocks)
    with acting(people.ming):
        rotating.retire(actor=people.ming, book_id=book.pk)
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert suites_of(book) == [other()] * 5
    everybody()


@pytest.mark.usefixtures("as_worker", "small_batches")
def test_a_move_and_a_rotation_of_the_index_at_the_same_time(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_many(book, 8)
    monkeypatch.setattr(rotating, "BLOCK", 2)
    failures: list[Exception] = []
    move = ordered(people, book)

    def rotates() -> None:
        try:
            for _ in range(2):
                with acting(people.ming):
                    rotating.begin(actor=people.ming, book_id=book.pk)
                    rotating.fill(actor=people.ming, book_id=book.pk)
                    rotating.retire(actor=people.ming, book_id=book.pk)
        except Exception as error:  # noqa: BLE001 (the main thread reports it)
            failures.append(error)
        finally:
            connections.close_all()

    beside = Thread(target=rotates)
    beside.start()
    with acting(people.olivia):
        moving.carry_out(move.pk)
    beside.join()
    assert failures == []
    assert suites_of(book) == [other()] * 8
    with acting(people.ming):
        for number in range(8):
            assert len(search(actor=people.ming, text=f"139{number:08}").rows) == 1
