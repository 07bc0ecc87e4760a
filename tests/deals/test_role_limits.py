"""A role that counts in some stages, or on one deal: the gates of deals and rooms keep it there."""

from types import SimpleNamespace

import pytest

from compliance.reach.asking import room_lines
from compliance.reach.reasons import Why
from compliance.reach.rooms import reach_of
from deals.models import DealMember
from deals.pipeline.access import leads, which_deals
from deals.pipeline.models import Deal, Stage
from deals.pipeline.services import open_deal
from deals.rooms.access import admitted, may
from deals.rooms.everybody import rooms_open_to
from deals.rooms.levels import Level
from people.accounts.models import User
from people.roles.access import forget
from people.roles.permissions import Permission
from tests.cast import person, signed
from tests.deals.scene import at_stage
from tests.people.roles.making import composed, give
from tests.vault.records.makers import acting

pytestmark = pytest.mark.django_db
WORKS = (Permission.ROOM_MANAGE, Permission.DEAL_LEAD)


def on_deal(world: SimpleNamespace, deal: Deal) -> User:
    nora = User.objects.filter(username="nora").first() or person("nora")
    DealMember.objects.create(deal=deal, user=nora, added_by=world.lea)
    return nora


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_in_other_stages_the_deal_and_its_room_are_shut(
    world: SimpleNamespace, django_assert_num_queries
) -> None:
    nora = on_deal(world, world.deal)
    signed(nora)
    give(world, composed(world, WORKS, stages=[Stage.DILIGENCE, Stage.NEGOTIATION]), nora)
    anew = fresh(nora)
    with django_assert_num_queries(3):  # as of anybody of staff
        assert may(anew, world.one, Level.VIEW)
    assert which_deals(nora).exists()
    assert rooms_open_to(nora) == {world.room.pk}
    at_stage(world.deal, Stage.SIGNING)
    assert not may(fresh(nora), world.one, Level.VIEW)
    assert not which_deals(nora).exists()
    assert rooms_open_to(nora) == set()
    assert may(world.ming, world.one, Level.VIEW)  # whose role has no limit
    assert may(world.bo, world.one, Level.VIEW)  # who comes by a group, and by no role
    [line] = room_lines(reach_of(world.room, [fresh(nora)]), [fresh(nora)], None)
    assert line.answer.why == Why.ROLE_STAGE


def test_for_one_deal_the_others_are_shut(world: SimpleNamespace) -> None:
    with acting(world.ming):
        other = open_deal(actor=world.ming, code_name="Rowan", deal_type="shares", lead=world.lea)
    nora = on_deal(world, world.deal)
    on_deal(world, other)
    signed(nora)
    give(world, composed(world, WORKS), nora, for_deal=other.pk)
    assert [deal.pk for deal in which_deals(nora)] == [other.pk]
    assert admitted(fresh(nora), other.pk)
    assert not admitted(fresh(nora), world.deal.pk)
    assert rooms_open_to(nora) == {other.room.pk}
    [line] = room_lines(reach_of(world.room, [fresh(nora)]), [fresh(nora)], None)
    assert line.answer.why == Why.ROLE_OTHER_DEAL


def test_leading_counts_where_the_role_does(world: SimpleNamespace) -> None:
    nora = on_deal(world, world.deal)
    give(world, composed(world, WORKS, stages=[Stage.DILIGENCE]), nora)
    Deal.objects.filter(pk=world.deal.pk).update(lead=nora)
    world.deal.refresh_from_db()
    assert leads(nora, world.deal)
    at_stage(world.deal, Stage.CLOSED)
    assert not leads(nora, world.deal)
    forget(nora)
