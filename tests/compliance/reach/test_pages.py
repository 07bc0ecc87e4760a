"""Asking who can see what: what the pages say, what they never say, what they cost, and their entries."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import LogEntry
from deals.models import DealMember
from deals.rooms.levels import Level
from people.roles.models import RoleCode
from tests.cast import client_of, person, signed
from tests.compliance.reach.test_walk import built
from tests.deals.scene import folder, grant, group
from tests.vault.records.makers import ZHANG, add_many, let_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    world = built()
    world.officer = client_of(world.olivia)
    return world


def at(name: str, *args: Any) -> str:
    return reverse(f"compliance:access_{name}", args=[getattr(one, "pk", one) for one in args])


def entry_of(answer: Any) -> LogEntry:
    return LogEntry.objects.get(request=answer["X-Request-ID"])


def test_the_forms_lead_to_the_answers(world: SimpleNamespace) -> None:
    ask = reverse("compliance:access")
    for name, thing, url in (
        ("deal", world.deal, "room"),
        ("book", world.book, "book"),
        ("client", world.client, "client"),
        ("person", world.bo, "person"),
    ):
        answer = world.officer.get(ask, {name: str(thing.pk)})
        assert (answer.status_code, answer["Location"]) == (302, at(url, thing)), name
    page = world.officer.get(ask, {"client": str(uuid4())})
    assert "no client with this record number" in page.content.decode()
    for name, args in (("room", [world.deal]), ("book", [world.book]), ("client", [world.client])):
        answer = world.officer.get(at(name, *args), {"person": str(world.bo.pk)})
        assert answer["Location"] == at(f"{name}_why", *args, world.bo)


def test_who_can_open_a_room_and_through_what(world: SimpleNamespace) -> None:
    answer = world.officer.get(at("room", world.deal))
    page = answer.content.decode()
    assert "Willow" in page
    lines = {line.person.pk: line for line in answer.context["lines"]}
    assert lines[world.lea.pk].folders == 3
    assert (lines[world.bo.pk].folders, lines[world.ben.pk].folders) == (2, 1)
    assert not lines[world.ada.pk].answer.opens
    assert "works on the deal" in page
    entry = entry_of(answer)
    assert (entry.action, entry.object_id) == ("reach.who", world.room.pk)
    tax = world.officer.get(at("room", world.deal), {"folder": str(world.one_one.pk)})
    assert "right “View” set on folder 1" in tax.content.decode()
    opened = {line.person.pk for line in tax.context["lines"] if line.answer.opens}
    assert opened == {world.lea.pk, world.ming.pk, world.bo.pk}


def test_why_somebody_cannot_and_who_could_change_it(world: SimpleNamespace) -> None:
    answer = world.officer.get(at("room_why", world.deal, world.bo))
    page = answer.content.decode()
    assert "Bo can open the data room of Willow" in page
    assert "The group has no right on this folder" in page
    assert "The staff who work on the deal" in page
    entry = entry_of(answer)
    assert (entry.action, entry.subjects, entry.reason) == ("reach.why", [world.bo.pk], "")
    refused = world.officer.get(at("room_why", world.deal, world.lin))
    assert "Does not work on this deal" in refused.content.decode()
    assert entry_of(refused).reason == "reach.not_on_deal"
    client = world.officer.get(at("client_why", world.client, world.lea))
    assert "Not a member of the client book" in client.content.decode()
    assert entry_of(client).subjects == [world.lea.pk, world.client.pk]


def test_what_a_person_can_open(world: SimpleNamespace) -> None:
    books = world.officer.get(at("person", world.lin))
    assert [row[0].pk for row in books.context["rows"]] == [world.book.pk]
    assert entry_of(books).subjects == [world.lin.pk]
    rooms = world.officer.get(at("person_rooms", world.bo))
    [door] = rooms.context["doors"]
    assert (door.opens, door.folders, door.of) == (True, 2, 3)
    assert "No client book opens to this person" in world.officer.get(at("person", world.bo)).content.decode()


@pytest.mark.parametrize("name", ["ada", "olivia"])
def test_attack_reading_content_off_the_answers(world: SimpleNamespace, name: str) -> None:
    """Names of clients, books, folders and groups stand on none of the pages."""
    browser = client_of(getattr(world, name))
    for address in (
        reverse("compliance:access"),
        at("room", world.deal),
        at("room", world.deal) + f"?folder={world.one.pk}",
        at("room_why", world.deal, world.bo),
        at("book", world.book),
        at("book_why", world.book, world.lin),
        at("client", world.client),
        at("client_why", world.client, world.lin),
        at("person", world.ming),
        at("person_rooms", world.bo),
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        page = answer.content.decode()
        for secret in (*ZHANG.values(), world.book.name, "Finance", "Tax", "Contracts", "Acorn Holdings"):
            assert secret not in page, (address, secret)


@pytest.mark.parametrize("name", ["ming", "lea", "bo", "aud"])
def test_attack_asking_without_the_right(world: SimpleNamespace, name: str) -> None:
    """Not even about oneself, or the deal that one leads."""
    browser = client_of(getattr(world, name))
    for address in (at("room", world.deal), at("person", getattr(world, name)), at("client", world.client)):
        assert browser.get(address).status_code == 404


def test_attack_asking_about_what_is_not_there(world: SimpleNamespace) -> None:
    for name, args in (
        ("room", [uuid4()]),
        ("book", [uuid4()]),
        ("client", [uuid4()]),
        ("person", [uuid4()]),
        ("room_why", [world.deal, uuid4()]),
        ("book_why", [uuid4(), world.bo]),
    ):
        assert world.officer.get(at(name, *args)).status_code == 404, name


def _cost(browser: Browser, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)


def test_i8_the_cost_does_not_grow_with_people_and_things(world: SimpleNamespace) -> None:
    addresses = [
        at("room", world.deal),
        at("room", world.deal) + f"?folder={world.one.pk}",
        at("room_why", world.deal, world.bo),
        at("book", world.book),
        at("client", world.client),
        at("person", world.ming),
        at("person_rooms", world.ming),
    ]
    before = [_cost(world.officer, address) for address in addresses]
    for number in range(4):
        agent = person(f"agent{number}", role=RoleCode.AGENT)
        signed(agent)
        let_in(world.book, agent)
        DealMember.objects.create(deal=world.deal, user=agent, added_by=world.lea)
        buyers = group(world, f"Group {number}", person(f"buyer{number}", kind=world.bo.kind))
        grant(world, buyers, folder(world, f"Folder {number}", world.two), Level.VIEW)
    add_many(world.book, 4)
    assert [_cost(world.officer, address) for address in addresses] == before


def test_a_long_list_is_paged(world: SimpleNamespace) -> None:
    for number in range(52):
        DealMember.objects.create(
            deal=world.deal, user=person(f"agent{number:02}", role=RoleCode.AGENT), added_by=world.lea
        )
    first = world.officer.get(at("room", world.deal))
    assert len(first.context["lines"]) == 50
    assert first.context["page"].next
    second = world.officer.get(at("room", world.deal), {"after": first.context["page"].next})
    shown = {line.person.pk for page in (first, second) for line in page.context["lines"]}
    assert len(shown) == 57
