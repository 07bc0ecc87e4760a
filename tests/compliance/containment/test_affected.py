"""Whose data were opened, from the log: by kind, by whom, a page at a time, as ids."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from compliance.containment import affected
from compliance.containment.affected import everyone, files_of, page_of, scope_of
from deals.rooms.levels import Level
from people.locks.codes import Kind
from people.locks.models import Lock
from tests.cast import client_of
from tests.compliance.containment.making import case_of, locked
from tests.deals.scene import grant, stored
from tests.vault.records.makers import acting, add, book_of, let_in
from vault.records.listing import list_clients
from vault.records.reading import view_client


def scope(lock: Lock) -> affected.Scope:
    return scope_of(lock, case_of(lock), since=None, until=None)


def opened(people: SimpleNamespace) -> list[Any]:
    """ming lists two clients, views one twice; lin views the other."""
    book = book_of(people.ming)
    let_in(book, people.lin)
    one, two = add(book), add(book, {"name": "李四", "phone": "+8613900139000"})
    with acting(people.ming):
        list_clients(actor=people.ming, filters={})
        view_client(actor=people.ming, client_id=one.pk)
        view_client(actor=people.ming, client_id=one.pk)
    with acting(people.lin):
        view_client(actor=people.lin, client_id=two.pk)
    return [book, one, two]


def test_of_a_person(people: SimpleNamespace) -> None:
    _book, one, two = opened(people)
    lock = locked(people.olivia, Kind.PERSON, people.ming)
    rows = {row.subject: row for row in page_of(scope(lock)).rows}
    assert set(rows) == {one.pk, two.pk}
    assert (rows[one.pk].listed, rows[one.pk].masked, rows[one.pk].plain) == (1, 2, 0)
    assert (rows[two.pk].listed, rows[two.pk].masked) == (1, 0)
    assert rows[one.pk].readers == [people.ming.pk]
    total = page_of(scope(lock)).totals
    assert (total.subjects, total.listed, total.masked, total.plain, total.taken) == (2, 2, 1, 0, 0)


def test_of_a_book_by_whom(people: SimpleNamespace) -> None:
    book, one, two = opened(people)
    other = book_of(people.lin, name="另一本")
    stranger = add(other, {"name": "王五", "phone": "+8613700137000"})
    with acting(people.lin):
        view_client(actor=people.lin, client_id=stranger.pk)
    lock = locked(people.olivia, Kind.BOOK, book)
    rows = {row.subject: row for row in page_of(scope(lock)).rows}
    assert set(rows) == {one.pk, two.pk}
    assert set(rows[two.pk].readers) == {people.ming.pk, people.lin.pk}


def test_the_period_bounds_it(people: SimpleNamespace) -> None:
    opened(people)
    lock = locked(people.olivia, Kind.PERSON, people.ming)
    now = timezone.now()
    past = scope_of(lock, case_of(lock), since=now - timedelta(days=9), until=now - timedelta(days=8))
    assert page_of(past).rows == []
    assert page_of(past).totals.subjects == 0


def test_files_of_a_room(world: SimpleNamespace) -> None:
    version = stored(world, world.one, "a.txt", b"x")
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    answer = client_of(world.bo).get(reverse("deals:original", args=[world.deal.pk, version.pk]))
    b"".join(answer.streaming_content)
    lock = locked(world.olivia, Kind.ROOM, world.room)
    reads = [(read.reader, read.taken) for read in files_of(scope(lock)) if read.taken]
    assert reads == [(world.bo.pk, 1)]


def test_pages_by_key_hold_everybody_once(people: SimpleNamespace) -> None:
    _book, one, two = opened(people)
    within = scope(locked(people.olivia, Kind.PERSON, people.ming))
    first = page_of(within, size=1)
    assert first.next
    assert [row.subject for row in everyone(within, step=1)] == sorted([one.pk, two.pk])


def test_the_page_and_the_file_hold_ids_alone(people: SimpleNamespace) -> None:
    _book, one, _two = opened(people)
    lock = locked(people.olivia, Kind.PERSON, people.ming)
    browser = client_of(people.otto)
    address = reverse("compliance:incident_affected", args=[case_of(lock).pk, lock.pk])
    page = browser.get(address).content.decode()
    assert str(one.pk) in page
    assert "张三" not in page
    answer = browser.get(reverse("compliance:incident_affected_file", args=[case_of(lock).pk, lock.pk]))
    text = b"".join(answer.streaming_content).decode()
    lines = text.splitlines()
    assert lines[0] == "subject,listed,masked,plaintext,taken,readers,first,last"
    assert len(lines) == 3
    for action in ("incident.affected", "incident.export"):
        entry = LogEntry.objects.filter(action=action, object_id=case_of(lock).pk).first()
        assert entry is not None
        assert entry.actor == people.otto.pk
    bounded = browser.get(address, {"since": "2020-01-01", "until": "2020-01-02"})
    assert bounded.context["totals"].subjects == 0


@pytest.mark.parametrize("name", ["lea", "ada", "aud", "ming"])
def test_attack_others_read_no_list(people: SimpleNamespace, name: str) -> None:
    lock = locked(people.olivia, Kind.PERSON, people.bo)
    address = reverse("compliance:incident_affected", args=[case_of(lock).pk, lock.pk])
    assert client_of(getattr(people, name)).get(address).status_code == 404
