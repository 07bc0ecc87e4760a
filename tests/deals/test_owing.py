"""Rooms shut, at the next request, to staff who have not accepted a policy in time; they are led to it."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.actions import Reason
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from deals.rooms.access import admitted, get_folder, get_room
from people.owing import InArrears
from people.policies.services import accept
from tests.cast import client_of
from tests.deals.scene import stored
from tests.people.pledge import making as pledging
from tests.people.policies.making import form, overdue, read_through

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody_acts() -> object:
    with acting_as(Origin()):
        yield


def test_the_next_request_is_refused_and_leads_to_where_it_is_made_good(world: SimpleNamespace) -> None:
    browser, room = client_of(world.ming), reverse("deals:room", args=[world.deal.pk])
    assert browser.get(room).status_code == 200
    version = overdue(world)
    answer = browser.get(room)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert reverse("people:policies_mine") in page
    assert "Willow" not in page
    refused = LogEntry.objects.get(reason=Reason.IN_ARREARS, deal=world.deal.pk)
    assert (refused.deal, refused.result, refused.fields) == (world.deal.pk, "refused", ["arrears.policy"])
    address = read_through(browser, version)
    assert browser.post(address, form(version)).status_code == 302
    assert browser.get(room).status_code == 200


def test_attack_every_address_of_the_room_stays_shut(world: SimpleNamespace) -> None:
    held = stored(world, world.one, "plan.txt", b"old plan")
    overdue(world)
    browser, deal = client_of(world.ming), world.deal.pk
    for url, args in (
        ("deals:room", [deal]),
        ("deals:folder", [deal, world.one.pk]),
        ("deals:file", [deal, held.file_id]),
        ("deals:original", [deal, held.pk]),
        ("deals:rights", [deal]),
    ):
        assert browser.get(reverse(url, args=args)).status_code == 403, url


def test_attack_a_hidden_id_tells_nothing(world: SimpleNamespace) -> None:
    """Neither to who is late, of what is there and what is not, nor to who has no way in anyway."""
    overdue(world)
    for missing in (world.one.pk, uuid4()):
        with pytest.raises(InArrears):
            get_folder(world.ming, world.deal.pk, missing)
        with pytest.raises(Refused) as refused:
            get_folder(world.lin, world.deal.pk, missing)  # late as well, and not on the deal
        assert not isinstance(refused.value, InArrears)
    with pytest.raises(Refused) as refused:
        get_room(world.ming, uuid4())
    assert not isinstance(refused.value, InArrears)


def test_people_from_outside_owe_no_policy(world: SimpleNamespace) -> None:
    overdue(world)
    assert admitted(world.bo, world.deal.pk)


def test_the_gate_asks_along(world: SimpleNamespace, django_assert_num_queries) -> None:
    """What it costs does not grow with the policies."""
    version = overdue(world)
    accept(actor=world.ming, version=version, text_hash=bytes(version.text_hash), language="en")
    assert admitted(world.ming, world.deal.pk)
    with django_assert_num_queries(1):
        admitted(world.ming, world.deal.pk)


def test_a_pledge_that_is_late_shuts_the_room_and_signing_opens_it(world: SimpleNamespace) -> None:
    browser, room = client_of(world.ming), reverse("deals:room", args=[world.deal.pk])
    pledge = pledging.overdue(world)
    answer = browser.get(room)
    assert answer.status_code == 403
    assert reverse("people:pledge") in answer.content.decode()
    assert browser.post(reverse("people:pledge"), pledging.form(pledge)).status_code == 302
    assert browser.get(room).status_code == 200
