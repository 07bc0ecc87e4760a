"""Overdue training shuts the room at the next request; passing opens it at the next."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.origin import Origin, acting_as
from audit.refusals import Refused
from deals.rooms.access import admitted
from deals.rooms.lessons import ask_lesson
from people.roles.models import RoleCode
from people.training.models import Track
from tests.cast import client_of
from tests.people.training.making import course, overdue, passed, taken_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _origin(db: None) -> Iterator[None]:
    with acting_as(Origin()):
        yield


def _guests(world: SimpleNamespace) -> Track:
    return course(world, roles=(), for_guests=True)


def test_overdue_training_shuts_the_room_and_passing_opens_it(world: SimpleNamespace) -> None:
    track = course(world, roles=(RoleCode.AGENT,))
    address = reverse("deals:room", args=[world.deal.pk])
    browser = client_of(world.ming)
    assert browser.get(address).status_code == 200
    overdue(taken_by(world.ming, track))
    shut = browser.get(address)
    assert shut.status_code == 403  # said why, and where it is made good
    assert reverse("people:training") in shut.content.decode()
    assert client_of(world.lea).get(address).status_code == 200
    passed(world.ming, track)
    assert browser.get(address).status_code == 200


def test_a_guest_owes_the_lesson_of_this_deal_first(world: SimpleNamespace) -> None:
    track = _guests(world)
    assert admitted(world.bo, world.deal.pk)
    ask_lesson(
        actor=world.lea,
        deal_id=world.deal.pk,
        group_id=world.buyers.pk,
        user_id=world.bo.pk,
        track=track,
    )
    address = reverse("deals:room", args=[world.deal.pk])
    shut = client_of(world.bo).get(address)
    assert shut.status_code == 403
    assert reverse("people:training") in shut.content.decode()
    assert admitted(world.ben, world.deal.pk)
    assert track.title in client_of(world.bo).get(reverse("people:training")).content.decode()
    passed(world.bo, track)
    assert client_of(world.bo).get(address).status_code == 200


def test_attack_a_lesson_of_one_deal_shuts_no_other(world: SimpleNamespace) -> None:
    from uuid import uuid4

    from people.training.enrolling import assign

    track = _guests(world)
    assign(actor=world.lin, person=world.bo, track=track, days=0, deal=uuid4())
    assert admitted(world.bo, world.deal.pk)


def test_attack_only_the_lead_asks_and_only_of_the_group(world: SimpleNamespace) -> None:
    track = _guests(world)
    asked = {"deal_id": world.deal.pk, "group_id": world.buyers.pk, "track": track}
    for actor, person in ((world.ming, world.bo), (world.lea, world.ben), (world.bo, world.ben)):
        with pytest.raises(Refused):
            ask_lesson(actor=actor, user_id=person.pk, **asked)
    address = reverse("deals:ask_lesson", args=[world.deal.pk, world.buyers.pk])
    typed = {"person": str(world.bo.pk), "track": str(track.pk)}
    assert client_of(world.ming).post(address, typed).status_code == 404
    assert admitted(world.bo, world.deal.pk)
    assert client_of(world.lea).post(address, typed).status_code == 302
    assert not admitted(world.bo, world.deal.pk)
