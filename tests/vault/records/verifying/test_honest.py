"""What people do through the services is never named; what is from before digests were logged is counted."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.vault.custody.test_suites import ordered
from tests.vault.records.approving import approve
from tests.vault.records.makers import acting, add, add_many
from tests.vault.records.uploads import start, upload
from tests.vault.records.verifying.making import destroyed, found, full_client, rows_of
from tests.vault.records.versions.making import asked, change
from tests.vault.relations.makers import asked_position, company_in, draft_of, followup_of, person_in, share
from vault.custody.suites import moving
from vault.records.importing.models import UndoReason
from vault.records.importing.services import order_undo
from vault.records.importing.tasks import run, undo
from vault.records.models import Client, ClientBook
from vault.records.verifying import registry, saying
from vault.records.verifying.comparing import compare_book
from vault.records.verifying.registry import Compared, all_compared
from vault.relations import rows
from vault.relations.communications.services import Contact
from vault.relations.followups.services import call, drop, hand_over, note_call, snooze
from vault.relations.mandates.models import Keep, Why
from vault.relations.mandates.services import discard, end_early, keep_data
from vault.relations.service.services import record_transaction, strike_transaction
from vault.sealed.models import SealedModel

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "姓名,手机\n王五,13800138000\n赵六,13900139000\n"
# Sealed rows that are not compared, and why.
NOT_COMPARED = {
    "vault.ListSource": "of a list, not of a client; who approved a bought one is checked by its approval",
    "vault.Recipient": "somebody outside who is given exports: no client's data",
    "compliance.AuditText": "words of an audit, under its own key: audits have no client; triggers keep them",
    "compliance.ConductText": "words of a conduct case, under its own key: cases have no client",
    "compliance.OutsideText": "words of an outside audit, under its own key: audits have no client",
    "compliance.SpeakUpText": "words of a report, under its own key: reports have no client",
    "deals.Room": "the name of a company for sale, under its room's key: rooms have no client",
    "deals.Folder": "a title, under its room's key",
    "deals.RoomGroup": "a title, under its room's key",
    "deals.File": "a file's name, under its room's key",
    "deals.FileVersion": "a file's name, under its room's key; its content is checked chunk by chunk",
    "deals.Redaction": "marks on a file, under its room's key; gone once the copy is made",
}
# What the digests hold. A column added here later must be null in the rows that are there then.
COLUMNS = {
    "cl": "",
    "cv": "agreed_by_id book_id changed_at changed_by_id client_id fields id number reason",
    "cp": "approval_id book_id client_id fields id proposed_at proposed_by_id reason version",
    "ce": "at channel client_id form given has_proof id notice_id notice_version purpose recipient"
    " recorded_by_id scope to_confirm",
    "cm": "at by_id channel client_id corrects_id created_at direction followup_id id minutes outcome",
    "fu": "by_id client_id created_at due_at ended_at id purpose reason repeat state",
    "ma": "begins_on by_id client_id created_at ends_on exclusive has_document id kept kind signed_on state"
    " terminated_on why",
    "pr": "by_id channel client_id created_at hours id",
    "ps": "agreed_by_id by_id client_id company_id created_at end_agreed_by_id ended_by_id evidence id"
    " position since until",
    "pp": "approval_id by_id client_id company_id created_at evidence id position replaces_id since until",
    "ra": "aspects by_id client_id created_at id score",
    "tr": "by_id client_id created_at deal_id id kind on struck_at",
}


def test_every_sealed_model_is_compared_or_has_a_reason_not_to_be() -> None:
    sealed = {one._meta.label for one in apps.get_models() if issubclass(one, SealedModel)}
    compared = {one.model._meta.label for one in all_compared()}
    assert sealed == compared | NOT_COMPARED.keys()
    assert compared.isdisjoint(NOT_COMPARED)


def test_the_columns_of_a_digest_stay_as_they_are() -> None:
    assert {one.kind: " ".join(field.attname for field in one.told) for one in all_compared()} == COLUMNS


def test_a_kind_stands_for_one_model_for_ever() -> None:
    for kind in ("cl", "c", "c1", "abc"):
        with pytest.raises(ValueError, match="cannot stand"):
            registry.register(Compared(kind, Client, ""))


def test_what_people_do_with_rows_is_never_named(people: SimpleNamespace, book: ClientBook) -> None:
    client, ming = full_client(people, book), people.ming
    tomorrow = timezone.now() + timedelta(days=1)
    approve(people.olivia, asked(client))
    approve(people.olivia, asked_position(company_of(client)))
    first, second, third = (followup_of(client, ming, note="回访") for _ in range(3))
    with acting(ming):
        snooze(actor=ming, followup_id=first.pk, due_at=tomorrow)
        call(actor=ming, followup_id=first.pk, confirmed=True)
        note_call(actor=ming, followup_id=first.pk, contact=Contact(text="再谈"), next_at=tomorrow)
        drop(actor=ming, followup_id=second.pk)
        hand_over(actor=ming, followup_id=third.pk, to=people.lea)
        paid = record_transaction(
            actor=ming, client_id=client.pk, kind="fee", amount="9", on=timezone.localdate()
        )
        strike_transaction(actor=ming, transaction_id=paid.pk)
        discard(actor=ming, mandate_id=draft_of(client, kind="buy").pk)
        mandate = client.mandate_rows.get()
        end_early(actor=ming, mandate_id=mandate.pk, why=Why.DONE)
        keep_data(actor=ming, mandate_id=mandate.pk, keep=Keep.OPEN)
    assert found(book) == set()
    assert compare_book(book).unknown == 0


def company_of(client: Client) -> Client:
    return Client.objects.select_related("book").get(book=client.book, kind="company")


def test_destroyed_clients_and_what_goes_with_them_are_not_missed(
    people: SimpleNamespace, as_worker: None, book: ClientBook
) -> None:
    """The holder of a position lives on when the company is destroyed, and the other way round."""
    client, holder = full_client(people, book), person_in(book)
    company, other = company_of(client), company_in(book)
    share(other, holder, people.ming, "10")
    destroyed(people, company)
    destroyed(people, holder)
    assert found(book) == set()
    destroyed(people, client, other)
    assert (found(book), compare_book(book).checked.total()) == (set(), 0)


def test_an_import_that_was_undone_is_not_missed(
    people: SimpleNamespace, as_worker: None, book: ClientBook
) -> None:
    with acting(book.lead):
        job = start(upload(book, LIST))
        run(str(job.pk))
        assert compare_book(book).checked.total() == 2
        order_undo(actor=book.lead, job_id=job.pk, reason=UndoReason.WRONG_LIST)
    undo(str(job.pk))
    assert (found(book), compare_book(book).checked.total()) == (set(), 0)


def test_a_book_sealed_by_another_suite_is_as_the_log_says(
    people: SimpleNamespace, as_worker: None, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "ROWS_AN_ENTRY", 1)
    client = full_client(people, book)
    add_many(book, 3)
    before = rows_of(client)
    move = ordered(people, book)
    with acting(people.olivia):
        moving.carry_out(move.pk)
    assert Client.objects.get(pk=client.pk).key_id != client.key_id
    outcome = compare_book(book)
    assert (outcome.unknown, outcome.named) == (0, [])
    assert outcome.checked.keys() == before.keys()


def test_rows_from_before_digests_were_logged_are_counted_and_never_called_wrong(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entries of then, position by position with a code of its own, said nothing of rows."""
    with monkeypatch.context() as then:
        then.setattr(rows, "row_code", lambda row: "row-0123456789abcdef")
        for name in ("vault.records.changing", "vault.records.versions.proposing"):
            then.setattr(f"{name}.row_code", lambda row: "reason")
        then.setattr("vault.purposes.consents.services.row_code", lambda row: "scope.use")
        client = full_client(people, book)
    outcome = compare_book(book)
    assert (outcome.unknown, outcome.named) == (len(all_compared()) - 1, [])
    change(client, notes="后来的备注")
    outcome = compare_book(book)
    assert (outcome.unknown, outcome.named) == (len(all_compared()) - 1, [])


def test_the_rows_and_the_log_are_of_one_moment(book: ClientBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change that is committed between two reads of a comparison makes nobody look like a liar."""
    client = add(book)
    said_of, done = saying.said_of, []

    def and_then_somebody_saves(clients: Any) -> Any:
        said = said_of(clients)
        if not done:
            done.append(elsewhere(lambda: change(client, phone="+8613700137000")))
        return said

    monkeypatch.setattr(saying, "said_of", and_then_somebody_saves)
    assert compare_book(book).named == []
    assert done


def elsewhere(act: Callable[[], object]) -> bool:
    """In a thread, and so on a connection, of its own."""

    def work() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = Thread(target=work)
    thread.start()
    thread.join()
    return True


def test_queries_do_not_grow_with_the_rows(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_client(people, book)

    def queries() -> int:
        with CaptureQueriesContext(connection) as taken:
            assert compare_book(book).differ == 0
        return len(taken)

    few = queries()
    add_many(book, 20)
    assert queries() == few
