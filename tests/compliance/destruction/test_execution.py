"""The worker destroys: whole batches, once, and nothing of it opens any more."""

import hashlib
import json

import pytest
from django.db import DatabaseError
from django.urls import reverse

from audit.models import LogEntry
from compliance.destruction import services, tasks
from compliance.destruction.certificate import NotGone
from compliance.destruction.models import DestroyedRecord, RunState
from compliance.retention.models import RetentionRule
from tests.cast import client_of
from tests.compliance import world
from tests.vault.purposes.makers import given_nearby, said, told_book
from tests.vault.records.makers import acting
from tests.vault.relations.makers import mandate_of
from vault.keys import store
from vault.keys.service import key_cache
from vault.purposes.consents.models import ConsentConfirmation, ConsentEvent
from vault.purposes.consents.settling import settle_consent
from vault.records.models import Client, ClientVersion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def everybody():
    return world.people()


@pytest.fixture
def doomed(everybody, monkeypatch):
    """A run of seven in batches of three, ordered; beside it two clients that stay."""
    monkeypatch.setattr(services, "BATCH_SIZE", 3)
    monkeypatch.setattr(tasks.run, "delay", lambda run_id: None)
    book = world.book_of(everybody["ming"])
    stays = world.clients_in(book, everybody["ming"], 2)
    goes = world.clients_in(book, everybody["ming"], 7, age=world.LONG_AGO)
    world.rule_of(everybody["olivia"])
    return world.ordered(everybody), goes, stays


def test_i6_the_destroyed_are_gone_and_the_others_open(everybody, doomed, as_worker) -> None:
    run, goes, stays = doomed
    gone = next(iter(goes))
    assert world.plaintext(gone, everybody["ming"]) == goes[gone]
    held = Client.objects.get(pk=gone).key_id
    with as_worker():
        tasks.run(str(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert not Client.objects.filter(pk__in=goes).exists()
    assert not ClientVersion.objects.filter(client_id__in=goes).exists()
    copies = store.copies(list(goes))
    assert {copy.owner for copy in copies} == set(goes)
    assert not any(copy.live or copy.index_rows for copy in copies)
    assert set(DestroyedRecord.objects.values_list("client_id", flat=True)) == set(goes)
    for client, values in stays.items():
        assert world.plaintext(client, everybody["ming"]) == values
    assert held not in key_cache().get_many([held])


def test_running_again_changes_nothing(everybody, doomed, as_worker) -> None:
    run, _goes, _stays = doomed
    with as_worker():
        tasks.run(str(run.pk))
        before = LogEntry.objects.filter(object_id=run.pk).count()
        tasks.run(str(run.pk))
    assert LogEntry.objects.filter(object_id=run.pk).count() == before
    assert LogEntry.objects.filter(object_id=run.pk, action="destruction.certify").count() == 1
    assert LogEntry.objects.filter(object_id=run.pk, action="destruction.done").count() == 3


def test_the_web_login_cannot_destroy(doomed) -> None:
    run, goes, _stays = doomed
    with pytest.raises(DatabaseError, match="permission denied"):
        tasks.run(str(run.pk))
    assert Client.objects.filter(pk__in=goes).count() == 7
    assert all(copy.live for copy in store.copies(list(goes)))


def test_the_worker_destroys_only_what_a_committed_order_names(doomed, as_worker) -> None:
    run, _goes, stays = doomed
    order = run.batches.first().order_entry
    with as_worker(), pytest.raises(DatabaseError, match="no committed order"):
        store.destroy(order, list(stays))


def test_the_certificate_lists_every_copy_and_its_digest_fits(everybody, doomed, as_worker) -> None:
    run, goes, _stays = doomed
    with as_worker():
        tasks.run(str(run.pk))
    browser = client_of(everybody["olivia"])
    page = browser.get(reverse("compliance:destruction_certificate", args=[run.pk]))
    content = json.loads(run.certificate.content)
    assert page.context["digest"] == hashlib.sha256(run.certificate.content.encode()).hexdigest()
    assert page.context["digest"] in page.content.decode()
    assert {key[0] for key in content["keys"]} == {str(client) for client in goes}
    assert [copy["place"] for copy in content["copies"]] == [
        "keyring",
        "index",
        "caches",
        "data_backups",
        "keyring_backups",
        "root_copies",
        "recovery_shares",
        "physical",
    ]
    assert content["copies"][-1]["dies_at"] is None
    assert content["copies"][-1]["root_version"] >= 1
    file = browser.get(reverse("compliance:destruction_certificate_file", args=[run.pk]))
    assert file.content.decode() == run.certificate.content
    for values in goes.values():
        assert not any(value in run.certificate.content for value in values.values() if value)


def test_no_certificate_while_something_is_left(everybody, doomed, as_worker, superuser) -> None:
    run, goes, _stays = doomed
    client = next(iter(goes))
    with superuser.cursor() as cursor:
        cursor.execute(
            "create function public.keep() returns trigger language plpgsql as"
            " $$ begin if old.owner = %s then return null; end if; return old; end $$",
            [str(client)],
        )
        cursor.execute(
            "create trigger keep before delete on keyring.key for each row execute function public.keep()"
        )
    try:
        with as_worker(), pytest.raises(NotGone):
            tasks.run(str(run.pk))
    finally:
        with superuser.cursor() as cursor:
            cursor.execute("drop function public.keep cascade")
    run.refresh_from_db()
    assert run.state == RunState.ORDERED


def test_a_clients_consents_die_with_its_key_and_its_tombstone_counts_them(
    everybody, monkeypatch, as_worker
) -> None:
    monkeypatch.setattr(tasks.run, "delay", lambda run_id: None)
    book = world.book_of(everybody["ming"])
    told_book(everybody["olivia"], book)
    goes = world.clients_in(book, everybody["ming"], 2, age=world.LONG_AGO)
    one, other = Client.objects.select_related("book").filter(pk__in=goes)
    said(one)
    said(one, given=False)
    waits = given_nearby(one)
    with acting(everybody["olivia"]):
        settle_consent(actor=everybody["olivia"], event_id=waits.pk, accepted=True, words="电话核实")
    world.rule_of(everybody["olivia"])
    run = world.ordered(everybody)
    with as_worker():
        tasks.run(str(run.pk))
    assert not ConsentEvent.objects.exists()
    assert not ConsentConfirmation.objects.exists()
    counted = dict(DestroyedRecord.objects.values_list("client_id", "consents"))
    assert counted == {one.pk: 3, other.pk: 0}


def test_who_signed_a_mandate_after_the_order_is_not_destroyed_and_officers_are_told(
    everybody, doomed, as_worker
) -> None:
    run, goes, _stays = doomed
    kept = sorted(goes)[1]
    mandate_of(Client.objects.select_related("book").get(pk=kept))
    with as_worker():
        tasks.run(str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.size) == (RunState.DONE, 6)
    assert world.plaintext(kept, everybody["ming"]) == goes[kept]
    assert set(DestroyedRecord.objects.values_list("client_id", flat=True)) == set(goes) - {kept}
    assert str(kept) not in run.certificate.content
    told = LogEntry.objects.get(action="destruction.spare")
    assert (told.object_id, told.subjects) == (run.pk, [kept])
    browser = client_of(everybody["olivia"])
    page = browser.get(reverse("compliance:destruction_run", args=[run.pk])).content.decode()
    assert "Taken off after the order" in page
    assert str(kept) in page
    today = browser.get(reverse("compliance:today")).content.decode()
    assert "Records taken off an ordered destruction" in today
    with acting(everybody["olivia"]):
        assert services.propose_due(actor=everybody["olivia"]) is None  # bound: not due for now


def test_an_order_of_which_nobody_is_left_ends_without_a_certificate(
    everybody, monkeypatch, as_worker
) -> None:
    monkeypatch.setattr(tasks.run, "delay", lambda run_id: None)
    book = world.book_of(everybody["ming"])
    [one] = world.clients_in(book, everybody["ming"], 1, age=world.LONG_AGO)
    rule = world.rule_of(everybody["olivia"])
    run = world.ordered(everybody)
    RetentionRule.objects.filter(pk=rule.pk).update(period_days=4000)  # as if an officer had lengthened it
    with as_worker():
        tasks.run(str(run.pk))
    run.refresh_from_db()
    assert run.state == RunState.DROPPED
    assert world.plaintext(one, everybody["ming"])
    browser = client_of(everybody["olivia"])
    page = browser.get(reverse("compliance:destruction_run", args=[run.pk])).content.decode()
    assert "nobody on the list was destroyed" in page
    RetentionRule.objects.filter(pk=rule.pk).update(period_days=365)
    assert world.ordered(everybody).pk != run.pk
