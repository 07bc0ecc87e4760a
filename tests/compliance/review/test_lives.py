"""A person's day, a client's life, a deal's readers."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.models import LogEntry
from compliance.review import counting
from compliance.review.lives import LifeStage, client_life, deal_readers, person_day, stage_of
from people.accounts.models import User
from tests.cast import cast, client_of
from tests.compliance.review.entries import reveal, written
from tests.deals.scene import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


def test_a_day_is_of_one_person_and_one_day(people: SimpleNamespace) -> None:
    client = uuid4()
    mine = reveal(people.lin, client)
    reveal(people.ming, client)
    today = timezone.localtime(mine.at).date()
    found = person_day(people.lin.pk, today)
    assert mine.pk in {one.pk for one in found.entries}
    assert {one.actor for one in found.entries} == {people.lin.pk}
    assert (found.opened, found.clients, found.refused) == (1, 1, 0)
    assert sum(one.count for one in found.sessions) == len(found.entries)
    assert person_day(people.lin.pk, today - timedelta(days=1)).entries == []


def test_the_page_of_a_day_says_who_and_what_and_is_an_entry(people: SimpleNamespace) -> None:
    reveal(people.ming, uuid4())
    browser = client_of(people.olivia)
    page = browser.get(reverse("compliance:log_today", args=[people.ming.pk]))
    assert "Ming" in page.content.decode()
    assert page.context["shown"].read >= 1
    [read] = LogEntry.objects.filter(action=Action.LOG_READ, actor=people.olivia.pk)
    assert (read.subjects, read.fields[0]) == ([people.ming.pk], "day")
    assert browser.get(f"/log/people/{people.ming.pk}/2026-02-31/").status_code == 404


def test_every_action_has_a_place_in_a_life() -> None:
    places = {action: stage_of(action) for action in Action.values}
    assert set(places.values()) == set(LifeStage)
    assert places[Action.CLIENT_IMPORT] is LifeStage.COLLECTION
    assert places[Action.CLIENT_EDIT] is LifeStage.STORAGE
    assert places[Action.CLIENT_REVEAL] is LifeStage.USE
    assert places[Action.CLIENT_EXPORT] is LifeStage.SHARING
    assert places[Action.DESTRUCTION_DONE] is LifeStage.DESTRUCTION
    assert stage_of("later.version") is LifeStage.USE


def test_a_life_goes_from_collection_to_destruction_and_says_who_saw(people: SimpleNamespace) -> None:
    client = uuid4()
    for action in (
        *(Action.CLIENT_CREATE, Action.CLIENT_EDIT, Action.CLIENT_VIEW),
        *(Action.CLIENT_EXPORT, Action.DESTRUCTION_DONE),
    ):
        written(people.ming, action, ObjectType.CLIENT, client)
    reveal(people.lin, client, purpose="service")
    reveal(people.lin, client, purpose="mandate")
    life = client_life(client)
    stretches, seers = life.stages, life.seers
    assert not life.cut
    assert [one.stage for one in stretches] == list(LifeStage)
    assert [one.count for one in stretches] == [1, 1, 3, 1, 1]
    by_person = {one.person: one for one in seers}
    assert (by_person[people.lin.pk].opened, by_person[people.lin.pk].purposes) == (2, {"service", "mandate"})
    assert (by_person[people.ming.pk].opened, by_person[people.ming.pk].masked) == (1, 1)
    page = client_of(people.aud).get(reverse("compliance:log_client", args=[client])).content.decode()
    assert "Lin" in page
    assert "Ming" in page


def test_a_deals_readers_by_place(people: SimpleNamespace) -> None:
    world = scene(**vars(people))

    def look(actor: User, action: Action, kind: ObjectType, about: UUID) -> None:
        written(actor, action, kind, about, deal=world.deal.pk, subjects=(world.room.pk,))

    for _ in range(2):
        look(people.bo, Action.ROOM_VIEW, ObjectType.FOLDER, world.one_one.pk)
    look(people.ben, Action.ROOM_VIEW, ObjectType.FOLDER, world.two.pk)
    look(people.ben, Action.FILE_VIEW_PAGE, ObjectType.FILE, uuid4())
    readers = {one.person: one for one in deal_readers(world.deal.pk).readers}
    [of_bo] = readers[people.bo.pk].readings
    assert (of_bo.number, of_bo.opened) == ("1.1", 2)
    assert readers[people.ben.pk].pages == 1
    page = client_of(people.olivia).get(reverse("compliance:log_deal", args=[world.deal.pk]))
    assert "Finance" not in page.content.decode()  # names of folders are sealed
    assert "Willow" in page.content.decode()


def test_what_is_cut_says_so(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    world, client = scene(**vars(people)), uuid4()
    for _ in range(3):
        reveal(people.ming, client)
        written(people.bo, Action.FILE_VIEW, ObjectType.FILE, uuid4(), deal=world.deal.pk)
    addresses = {
        "compliance:log_client": [client],
        "compliance:log_deal": [world.deal.pk],
    }
    for most, said in ((9, False), (2, True)):
        monkeypatch.setattr(counting, "MOST_ENTRIES", most)
        for name, args in addresses.items():
            page = client_of(people.olivia).get(reverse(name, args=args)).content.decode()
            assert ("only the newest entries are counted" in page) is said, (name, most)


@pytest.mark.parametrize("which", ["day", "client", "deal"])
def test_i8_each_costs_the_same_for_few_and_many(people: SimpleNamespace, which: str) -> None:
    browser, counts = client_of(people.olivia), []
    for size in (2, 80):
        client, deal = uuid4(), uuid4()
        actor = people.ming if size == 2 else people.lin
        for _ in range(size):
            reveal(actor, client, deal=deal)
            written(actor, Action.FILE_VIEW, ObjectType.FILE, uuid4(), deal=deal)
        address = {
            "day": reverse("compliance:log_today", args=[actor.pk]),
            "client": reverse("compliance:log_client", args=[client]),
            "deal": reverse("compliance:log_deal", args=[deal]),
        }[which]
        with CaptureQueriesContext(connection) as caught:
            assert browser.get(address).status_code == 200
        counts.append(len(caught))
    assert counts[0] == counts[1]
