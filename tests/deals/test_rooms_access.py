"""The gate of rooms, condition by condition."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone

from audit.origin import Origin, acting_as
from audit.refusals import Refused
from deals.models import DealMember, FolderGrant, RoomGroup
from deals.pipeline.models import Stage
from deals.rooms.access import get_folder, get_room, may, which_folders
from deals.rooms.levels import Level
from people.duties.models import NdaSignature
from people.duties.services import revoke_nda
from tests.cast import signed
from tests.deals.scene import at_stage, expired_signature, folder, grant, group

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody_acts() -> object:
    with acting_as(Origin()):
        yield


def numbers(world: SimpleNamespace, user: object, level: Level = Level.VIEW) -> list[str]:
    return [found.number for found in which_folders(user, world.room, level)]


def test_a_group_sees_what_it_is_granted_and_what_lies_below(world: SimpleNamespace) -> None:
    assert numbers(world, world.bo) == ["1", "1.1"]
    assert numbers(world, world.ben) == ["2"]


def test_staff_on_the_deal_manage_all_of_it(world: SimpleNamespace) -> None:
    assert numbers(world, world.ming, Level.MANAGE) == ["1", "1.1", "2"]
    assert numbers(world, world.lea, Level.MANAGE) == ["1", "1.1", "2"]


def test_staff_not_on_the_deal_see_nothing(world: SimpleNamespace) -> None:
    assert numbers(world, world.lin) == []


def test_an_administrator_put_on_the_deal_sees_nothing(world: SimpleNamespace) -> None:
    DealMember.objects.create(deal=world.deal, user=world.ada, added_by=world.ada)
    world.ada.groups.add(world.buyers.auth_group)
    assert numbers(world, world.ada) == []
    with pytest.raises(Refused):
        get_room(world.ada, world.deal.pk)


def test_staff_in_a_buyers_group_get_nothing_from_it(world: SimpleNamespace) -> None:
    world.lin.groups.add(world.buyers.auth_group)
    assert numbers(world, world.lin) == []


def test_a_new_folder_is_hidden(world: SimpleNamespace) -> None:
    folder(world, "Customers")
    assert "3" not in numbers(world, world.bo)


def test_explicit_none_closes_below_an_open_folder(world: SimpleNamespace) -> None:
    grant(world, world.buyers, world.one_one, Level.NONE)
    assert numbers(world, world.bo) == ["1"]


def test_the_nearest_grant_counts_even_when_it_is_lower(world: SimpleNamespace) -> None:
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    grant(world, world.buyers, world.one_one, Level.VIEW)
    assert not may(world.bo, world.one_one, Level.ORIGINAL)
    assert may(world.bo, world.one, Level.ORIGINAL)


def test_of_two_groups_the_higher_level_counts(world: SimpleNamespace) -> None:
    more = group(world, "Advisers", world.bo)
    grant(world, more, world.one_one, Level.ORIGINAL)
    grant(world, world.buyers, world.one_one, Level.NONE)
    assert may(world.bo, world.one_one, Level.ORIGINAL)


def test_an_open_folder_below_a_closed_one_keeps_its_number(world: SimpleNamespace) -> None:
    grant(world, world.rivals, world.one_one, Level.VIEW)
    assert numbers(world, world.ben) == ["1.1", "2"]


def test_an_expired_grant_closes_and_does_not_fall_back(world: SimpleNamespace) -> None:
    grant(world, world.buyers, world.one, Level.ORIGINAL)
    grant(world, world.buyers, world.one_one, Level.VIEW, expires_at=timezone.now() + timedelta(hours=1))
    FolderGrant.objects.filter(content_object=world.one_one).update(expires_at=timezone.now())
    assert numbers(world, world.bo) == ["1"]


def test_an_expired_group_sees_nothing(world: SimpleNamespace) -> None:
    RoomGroup.objects.filter(pk=world.buyers.pk).update(expires_at=timezone.now())
    assert numbers(world, world.bo) == []
    with pytest.raises(Refused):
        get_room(world.bo, world.deal.pk)


@pytest.mark.parametrize("ending", ["unsigned", "expired", "revoked", "of another deal"])
def test_without_a_valid_undertaking_the_room_is_shut(world: SimpleNamespace, ending: str) -> None:
    person = world.sam
    person.groups.add(world.buyers.auth_group)
    if ending == "expired":
        expired_signature(person, world.deal.pk)
    elif ending == "revoked":
        revoke_nda(actor=world.olivia, signature=signed(person, deal_id=world.deal.pk))
    elif ending == "of another deal":
        signed(person, deal_id=uuid4())
    assert numbers(world, person) == []
    assert not may(person, world.one, Level.VIEW)
    with pytest.raises(Refused):
        get_room(person, world.deal.pk)
    signed(person, deal_id=world.deal.pk)
    assert numbers(world, person) == ["1", "1.1"]


def test_a_disabled_account_with_a_stale_user_object_sees_nothing(world: SimpleNamespace) -> None:
    type(world.bo).objects.filter(pk=world.bo.pk).update(is_active=False, disabled_at=timezone.now())
    assert world.bo.is_active  # what an open session still holds
    assert numbers(world, world.bo) == []


def test_the_deals_stage_holds_back_what_the_group_could_see(world: SimpleNamespace) -> None:
    at_stage(world.deal, Stage.NDA)
    assert numbers(world, world.bo) == []
    at_stage(world.deal, Stage.SUMMARY)
    assert numbers(world, world.bo) == ["1", "1.1"]


def test_the_groups_own_stage_holds_it_back(world: SimpleNamespace) -> None:
    RoomGroup.objects.filter(pk=world.buyers.pk).update(stage=Stage.TEASER)
    assert numbers(world, world.bo) == []


def test_moving_the_deal_back_closes_again(world: SimpleNamespace) -> None:
    assert may(world.bo, world.one, Level.VIEW)
    at_stage(world.deal, Stage.TEASER)
    assert not may(world.bo, world.one, Level.VIEW)


def test_a_folder_opens_no_earlier_than_those_above_it(world: SimpleNamespace) -> None:
    deep = folder(world, "Deep", world.one_one, opens_at=Stage.MANDATE)
    type(world.one).objects.filter(pk=world.one.pk).update(opens_at=Stage.SIGNING)
    assert not may(world.bo, deep, Level.VIEW)
    at_stage(world.deal, Stage.SIGNING)
    assert may(world.bo, deep, Level.VIEW)


def test_the_seller_is_not_held_back_by_the_stage(world: SimpleNamespace) -> None:
    sellers = group(world, "Sellers", kind="seller", stage=Stage.MANDATE)
    world.bo.groups.set([sellers.auth_group])
    grant(world, sellers, world.two, Level.UPLOAD)
    at_stage(world.deal, Stage.MANDATE)
    assert numbers(world, world.bo) == ["2"]


def test_an_attacker_with_a_folder_id_of_another_room_is_refused(world: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        get_folder(world.bo, uuid4(), world.one.pk)
    with pytest.raises(Refused):
        get_folder(world.bo, world.deal.pk, world.two.pk)
    assert get_folder(world.bo, world.deal.pk, world.one_one.pk).number == "1.1"


def test_staff_whose_undertaking_is_revoked_are_out_of_every_room(world: SimpleNamespace) -> None:
    """M3: no signature, no room. The house's own people are no exception."""
    assert may(world.ming, world.one, Level.VIEW)
    signature = NdaSignature.objects.get(person=world.ming)
    with acting_as(Origin(actor=world.olivia.pk)):
        revoke_nda(actor=world.olivia, signature=signature)
    assert not may(world.ming, world.one, Level.VIEW)
    assert which_folders(world.ming, world.room) == []
    with pytest.raises(Refused):
        get_room(world.ming, world.deal.pk)
