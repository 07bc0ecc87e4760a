"""A room that demands both opens to neither alone: on every request, by every address, and no longer than
both hold."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, Reason
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from deals.files.reading import ASK_AGAIN, CutOff
from deals.models import SealDemand
from deals.rooms.access import get_file, has_way_in, may
from deals.rooms.everybody import rooms_open_to
from deals.rooms.levels import Level
from deals.rooms.models import GroupKind
from deals.seals import services
from deals.seals.access import in_force
from people.duties.models import NdaSignature
from people.duties.services import revoke_nda
from people.owing import InArrears
from tests.cast import client_of
from tests.deals.scene import grant, stored
from tests.deals.seals.making import accepted, bound, bound_since, drawn_up, expired, revoked, room_of
from tests.people.duties.making import new_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _origin(db: None) -> Iterator[None]:
    with acting_as(Origin()):
        yield


def test_the_person_alone_opens_nothing(world: SimpleNamespace) -> None:
    held = stored(world, world.one, "plan.txt", b"plan")
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    browser, deal = client_of(world.bo), world.deal.pk
    assert browser.get(room_of(world)).status_code == 200
    undertaking = drawn_up(world)
    assert browser.get(room_of(world)).headers["Location"] == reverse("deals:company", args=[deal])
    for url, args in (
        ("deals:folder", [deal, world.one.pk]),
        ("deals:file", [deal, held.file_id]),
        ("deals:original", [deal, held.pk]),
    ):
        assert browser.get(reverse(url, args=args)).status_code == 403, url
    refused = LogEntry.objects.filter(reason=Reason.IN_ARREARS, fields=["arrears.seal"], deal=deal)
    assert refused.count() == 4
    assert rooms_open_to(world.bo) == set()
    accepted(world, undertaking)
    assert browser.get(room_of(world)).status_code == 200
    assert browser.get(reverse("deals:original", args=[deal, held.pk])).status_code == 200
    assert rooms_open_to(world.bo) == {world.room.pk}


def test_the_company_alone_opens_nothing(world: SimpleNamespace) -> None:
    bound(world)
    revoke_nda(actor=world.olivia, signature=NdaSignature.objects.get(person=world.bo))
    assert client_of(world.bo).get(room_of(world)).status_code == 404
    assert not may(world.bo, world.one, Level.VIEW)


def test_nobody_else_is_shut_out(world: SimpleNamespace) -> None:
    drawn_up(world)
    for person in (world.ben, world.ming, world.lea):
        assert client_of(person).get(room_of(world)).status_code == 200


def test_revoked_all_its_people_are_out_by_the_next_request(world: SimpleNamespace) -> None:
    held = stored(world, world.one, "plan.txt", b"plan")
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    first = bound(world)
    renewed = bound(world)  # beside it: it must not leave the door open
    browser = client_of(world.bo)
    link = reverse("deals:original", args=[world.deal.pk, held.pk])
    assert browser.get(link).status_code == 200
    revoked(world, first)
    assert browser.get(link).status_code == 403
    assert browser.get(room_of(world)).status_code == 302
    renewed.refresh_from_db()
    assert renewed.revoked_by == world.olivia
    assert LogEntry.objects.filter(action=Action.SEAL_REVOKE, deal=world.deal.pk).count() == 2


def test_attack_no_lead_opens_again_what_an_officer_revoked(world: SimpleNamespace) -> None:
    revoked(world, bound(world))
    with pytest.raises(services.NotPossible):
        services.lift_from_group(actor=world.lea, deal_id=world.deal.pk, group_id=world.buyers.pk)
    assert not has_way_in(world.bo, world.room)


def test_a_lead_takes_back_what_they_demanded(world: SimpleNamespace) -> None:
    drawn_up(world)
    assert not has_way_in(world.bo, world.room)
    services.lift_from_group(actor=world.lea, deal_id=world.deal.pk, group_id=world.buyers.pk)
    assert has_way_in(world.bo, world.room)


def test_the_rule_of_the_house_shuts_every_group_of_the_side(world: SimpleNamespace) -> None:
    demand = services.demand_of_side(actor=world.olivia, kind=GroupKind.BUYER)
    assert services.demand_of_side(actor=world.otto, kind=GroupKind.BUYER) == demand
    assert not has_way_in(world.bo, world.room)
    assert not has_way_in(world.ben, world.room)
    assert has_way_in(world.lea, world.room)
    bound(world)
    assert has_way_in(world.bo, world.room)
    assert not has_way_in(world.ben, world.room)
    # The lead's own demand ends; the house's stays, and no lead ends it.
    services.lift_from_group(actor=world.lea, deal_id=world.deal.pk, group_id=world.buyers.pk)
    with pytest.raises(Refused):
        services.lift_from_group(actor=world.lea, deal_id=world.deal.pk, group_id=world.rivals.pk)
    services.lift_by_officer(actor=world.otto, demand_id=demand.pk)
    assert has_way_in(world.ben, world.room)


def test_access_ends_on_its_day_while_the_duty_goes_on(world: SimpleNamespace) -> None:
    undertaking = expired(world)
    assert undertaking.duty_expires_at is not None
    assert undertaking.duty_expires_at > timezone.now()
    assert not has_way_in(world.bo, world.room)


def test_a_new_text_that_asks_again_shuts_until_it_is_sealed(world: SimpleNamespace) -> None:
    bound(world)
    new_version(world, "company")
    assert has_way_in(world.bo, world.room)
    new_version(world, "company", again=True)
    assert not has_way_in(world.bo, world.room)
    bound(world)
    assert has_way_in(world.bo, world.room)


def test_renewed_before_the_end_access_goes_on(world: SimpleNamespace) -> None:
    now = timezone.now()
    bound_since(world, now - timedelta(days=175), now + timedelta(days=5))
    undertaking = drawn_up(world)
    assert has_way_in(world.bo, world.room)
    accepted(world, undertaking)
    assert has_way_in(world.bo, world.room)
    assert in_force().filter(group=world.buyers).count() == 2


def test_the_gate_and_the_pages_say_the_same(world: SimpleNamespace) -> None:
    """`in_force` is the gate's condition for pages; each state of an undertaking has to agree."""
    SealDemand.objects.create(group=world.buyers, made_by=world.lea)
    states = []
    for change in (
        lambda: None,
        lambda: drawn_up(world),
        lambda: expired(world),
        lambda: bound(world),
        lambda: revoked(world, in_force().get()),
        lambda: bound(world),
        lambda: new_version(world, "company", again=True),
    ):
        change()
        states.append(in_force().filter(group=world.buyers).exists())
        assert states[-1] == has_way_in(world.bo, world.room)
    assert states == [False, False, False, True, False, True, False]


def test_who_has_no_way_in_is_not_told_of_a_seal(world: SimpleNamespace) -> None:
    drawn_up(world)
    assert client_of(world.sam).get(room_of(world)).status_code == 404
    assert client_of(world.sam).get(reverse("deals:company", args=[world.deal.pk])).status_code == 404
    assert client_of(world.ben).get(reverse("deals:company", args=[world.deal.pk])).status_code == 404


def test_attack_a_hidden_file_tells_nothing(world: SimpleNamespace) -> None:
    drawn_up(world)
    hidden = stored(world, world.two, "secret.txt", b"secret")
    with pytest.raises(InArrears):  # the same answer as for one that is there and open to the group
        get_file(world.bo, world.deal.pk, hidden.file_id)


def test_attack_a_running_download_ends_when_the_company_is_revoked(world: SimpleNamespace) -> None:
    undertaking = bound(world)
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    held = stored(world, world.one, "big.bin", b"x" * (3 * ASK_AGAIN))
    answer = client_of(world.bo).get(reverse("deals:original", args=[world.deal.pk, held.pk]))
    pieces, taken = iter(answer.streaming_content), 0
    taken += len(next(pieces))
    revoked(world, undertaking)
    with suppress(CutOff):
        taken += sum(len(piece) for piece in pieces)
    assert 0 < taken < 2 * ASK_AGAIN
    refused = LogEntry.objects.filter(action=Action.FILE_DOWNLOAD, result="refused")
    assert refused.filter(deal=world.deal.pk).exists()
