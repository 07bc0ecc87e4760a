"""`manage.py reencrypt` to its end, through a worker's death in the middle, while people read and write."""

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from threading import Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from config.celery import app
from tests import databases
from tests.cast import client_of
from tests.compliance import processes
from tests.conftest import DATABASE
from tests.vault.custody import making
from tests.vault.custody.test_suites import ordered, phone_of, suites_of
from tests.vault.profiles import other, own
from tests.vault.purposes.makers import said, told_book
from tests.vault.records.makers import ZHANG, acting, add, add_many, let_in
from tests.vault.records.versions.making import change
from tests.vault.relations.makers import (
    company_in,
    followup_of,
    mandate_of,
    propose_share,
    said_to,
    share,
)
from vault.access import Mode, access
from vault.crypto.suites import PROFILES, SUITES
from vault.custody.suites import moving, tasks
from vault.custody.suites.models import SuiteMove
from vault.management.commands import reencrypt
from vault.purposes.consents.models import ConsentEvent
from vault.purposes.uploads import Proof
from vault.records.entries import client_entry
from vault.records.errors import ChangedMeanwhile
from vault.records.models import Client, ClientBook
from vault.records.search import search
from vault.relations.service import reading
from vault.relations.service.services import record_preference, record_rating, record_transaction
from vault.sealed.models import SealedModel, sealed_groups

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("as_worker")]


@pytest.fixture
def full(people: SimpleNamespace, book: ClientBook) -> SimpleNamespace:
    """A book of a dozen clients; about one of them there is a row of every kind."""
    let_in(book, people.lea)
    ming, client, company = people.ming, add(book), company_in(book)
    change(client, notes="新的备注")
    change(client, name="张四丰")  # waits for a second person
    share(company, client, ming, "30")
    propose_share(company, client, ming, "40")
    followup_of(client, ming, note="回访")
    said_to(client, ming)
    mandate_of(client, document=Proof("", "application/pdf", "JVBERi0="))
    with acting(ming):
        record_rating(actor=ming, client_id=client.pk, score=5, words="好")
        record_transaction(actor=ming, client_id=client.pk, kind="fee", amount="100", on=timezone.localdate())
        record_preference(actor=ming, client_id=client.pk, channel="call", hours="any", industry="trade")
    told_book(people.olivia, book)
    said(client)
    add_many(book, 10)
    return SimpleNamespace(book=book, client=client)


def rows_about(client: Client, model: type[SealedModel]) -> Any:
    return model.objects.filter(pk=client.pk) if model is Client else model.objects.filter(client=client)


def all_values(client: Client) -> dict[str, object]:
    """Whatever is sealed about the client, opened. Loaded first, so that the access names each row's key."""
    models = [Client, *moving.models_about_clients(), *moving.models_about_clients(changeable=False)]
    rows = [row for model in models for row in rows_about(client, model).select_related(*_beside(model))]
    keys = {client.book.key_id, *(row.key_id for row in rows)}
    entry = replace(client_entry(client, Action.CLIENT_VIEW), keys=tuple(keys))
    with acting(client.book.lead), access(Mode.OPEN, entry):
        return {
            f"{type(row).__name__} {row.pk} {text.name}": getattr(row, text.name)
            for row in rows
            for group in sealed_groups(type(row))
            for text in group.texts.values()
        }


def _beside(model: type[SealedModel]) -> list[str]:
    """What a row's compartment is read from."""
    return ["book"] if model is Client else ["client__book"]


def heads(book: ClientBook, model: type[SealedModel]) -> set[tuple[int, bool]]:
    """(suite, is under the key that the client has now) of every sealed byte string of the book's clients."""
    table, join = model._meta.db_table, "id" if model is Client else "client_id"
    found = set()
    with connection.cursor() as cursor:
        for group in sealed_groups(model):
            cursor.execute(
                f"select distinct get_byte(t.{group.column}, 1), substr(t.{group.column}, 3, 8)"
                f" = int8send(c.key_id) and t.key_id = c.key_id from {table} t join vault_client c"
                f" on c.id = t.{join} where c.book_id = %s and t.{group.column} is not null",
                [book.pk],
            )
            found |= set(cursor.fetchall())
    return found


def index_rows(superuser: Connection) -> list[str]:
    with superuser.cursor() as cursor:
        cursor.execute(
            "select t::text from keyring.index_entry t union all select t::text from keyring.index_unique t"
        )
        return sorted(row for (row,) in cursor.fetchall())


def a_worker_takes_the_order() -> None:
    """As soon as there is one."""
    processes.wait_for(SuiteMove.objects.exists, "the order")
    tasks.move(str(SuiteMove.objects.get().pk))


@pytest.fixture
def held_up(full: SimpleNamespace) -> Iterator[Connection]:
    """Somebody's transaction holds a client in the middle of the book."""
    with closing(databases.superuser(DATABASE)) as blocker, blocker.cursor() as cursor:
        blocker.autocommit = False
        middle = Client.objects.order_by("pk").values_list("pk", flat=True)[6]
        cursor.execute("select from vault_client where id = %s for update", [str(middle)])
        yield blocker


class Command:
    """The command in a thread of its own, as an officer started it in a terminal."""

    def __init__(self, book: ClientBook, suite: int) -> None:
        options = ("--suite", SUITES[suite].name.lower(), "--book", str(book.pk), "--as", "olivia", "--json")
        self._thread = Thread(target=self._run, args=[options])
        self._thread.start()

    def _run(self, options: tuple[str, ...]) -> None:
        try:
            call_command("reencrypt", *options)
        finally:
            connections.close_all()

    def ends(self) -> None:
        self._thread.join()


def test_the_command_comes_to_its_end_through_a_killed_worker_while_people_read_and_write(
    people: SimpleNamespace,
    full: SimpleNamespace,
    held_up: Connection,
    superuser: Connection,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(moving, "BATCH", 2)
    monkeypatch.setattr(reencrypt, "_LOOK_AGAIN", 0.05)
    book, before, after = full.book, own(), other()
    ids = [one for one in Client.objects.values_list("pk", flat=True) if one != full.client.pk]
    known, indexed, read, written = all_values(full.client), index_rows(superuser), Counter(), Counter()

    def reading() -> None:
        assert all_values(full.client) == known
        for client in Client.objects.filter(pk__in=ids, kind="person").select_related("book"):
            assert phone_of(client).startswith("+86139")
        read[len(set(suites_of(book)))] += 1

    def writing() -> None:
        for client_id in ids:
            version = Client.objects.values_list("version", flat=True).get(pk=client_id)
            with suppress(ChangedMeanwhile):
                change(Client(pk=client_id), notes=f"第{version}次")
                written[client_id] += 1

    with processes.forked(a_worker_takes_the_order) as worker:
        settings.CRYPTO_PROFILE = next(name for name, profile in PROFILES.items() if profile.suite == after)
        with making.beside(reading, writing):
            command = Command(book, after)
            processes.wait_for(lambda: len(set(suites_of(book))) == 2, "it is on its way")
            processes.wait_for(lambda: processes.forks("wait_event_type = 'Lock'"), "it is held up")
            processes.wait_for(lambda: read[2] > 1, "half-moved, all is read")
            os.kill(worker, signal.SIGKILL)
            held_up.rollback()
            assert {before, after} == set(suites_of(book))
            processes.wait_for(lambda: not processes.forks(), "its sessions end")
            tasks.move(str(SuiteMove.objects.get().pk))  # as beat has it taken up
            command.ends()
            later = add(book, {"name": "后来的客户", "phone": "+8613700137001"})
            seen, made = read[1], sum(written.values())
            processes.wait_for(lambda: read[1] > seen and sum(written.values()) > made, "moved, all goes on")
    app.control.purge()
    said = json.loads(capsys.readouterr().out)
    left = {"in_another_suite": 0, "never_rewritten": 1, "indexes_to_rotate": 1}
    assert said == {"books": 1, "moved": 12} | left
    for model in (Client, *moving.models_about_clients()):
        assert heads(book, model) == {(after, True)}, model
    assert heads(book, ConsentEvent) == {(before, False)}
    assert all_values(full.client) == known
    with acting(people.ming):
        assert {row.client.pk for row in search(actor=people.ming, text=ZHANG["phone"]).rows} == {
            full.client.pk
        }
        assert {row.client.pk for row in search(actor=people.ming, text="13700137001").rows} == {later.pk}
    assert set(indexed) <= set(index_rows(superuser))


def test_the_command_speaks_the_house_s_language_and_english_to_machines(
    people: SimpleNamespace, book: ClientBook
) -> None:
    asked = ["--suite", SUITES[own()].name.lower(), "--book", str(book.pk), "--as", "ming"]
    with pytest.raises(CommandError, match="此人无权下达此指令"):
        call_command("reencrypt", *asked)
    with pytest.raises(CommandError, match="This person may not order it"):
        call_command("reencrypt", *asked, "--json")
    result = {"moved": 3, "in_another_suite": 0, "never_rewritten": 2, "indexes_to_rotate": 1}
    assert reencrypt._in_words(result).splitlines() == [
        "完成。已迁移 3 位客户，剩余 0 位。",
        "另有 2 份同意凭证从不重写，仍使用原加密算法。",
        "1 个客户库的检索索引仍使用原加密算法，请运行 rotate_indexes 重新生成。",
    ]


def test_a_record_moved_between_the_grant_of_its_key_and_its_loading_is_a_page_that_says_try_again(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The move commits on a connection of its own, where the reveal has its keys and not yet its rows."""
    client = add(book)
    with acting(people.ming):
        record_rating(actor=people.ming, client_id=client.pk, score=4, words="冷链物流")
    move, real, moved = ordered(people, book, other()), reading.service_of, []

    def carry_out() -> None:
        try:
            with acting(people.olivia):
                moving.carry_out(move.pk)
        finally:
            connections.close_all()

    def between(found: Client) -> object:
        if not moved:
            moved.append(Thread(target=carry_out))
            moved[0].start()
            moved[0].join()
        return real(found)

    monkeypatch.setattr(reading, "service_of", between)
    browser, address = client_of(people.ming), reverse("vault:service_reveal", args=[client.pk, "ratings"])
    told = {"RATINGS-purpose": "service", "RATINGS-reason": "verify"}
    answer = browser.post(address, told)
    assert set(suites_of(book)) == {other()}
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert "Refresh" not in answer  # a browser would send the form again
    assert "换用了新密钥" in answer.content.decode()
    assert "冷链物流" not in answer.content.decode()
    assert "冷链物流" in browser.post(address, told).content.decode()
