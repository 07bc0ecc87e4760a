"""Drafts that their maker can no longer reach: others end them, and see nothing of them."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from deals.models import DealMember, Redaction
from deals.redaction.models import State
from deals.rooms.levels import Level
from people.accounts.models import User
from tests.cast import client_of
from tests.deals.redaction.desk import MARK, at, begun, step
from tests.deals.redaction.test_attacks import sellers
from tests.deals.scene import grant

pytestmark = pytest.mark.django_db
OFFERED = "Redactions left behind"


def shown(world: SimpleNamespace, who: User) -> str:
    path = reverse("deals:file", args=[world.deal.pk, world.file.pk])
    return client_of(who).get(path).content.decode()


def dropped(world: SimpleNamespace, who: User) -> bool:
    """Whether `who` could throw the draft away."""
    status = step(client_of(who), world, "drop").status_code
    assert status in {302, 404}
    return bool(status == 302) and Redaction.objects.get(pk=world.redaction.pk).state == State.DROPPED


def test_the_draft_of_who_left_the_house_is_thrown_away_by_a_colleague(world: SimpleNamespace) -> None:
    begun(world)
    step(client_of(world.ming), world, "mark", **MARK)
    assert OFFERED not in shown(world, world.lea)
    assert not dropped(world, world.lea)  # while ming is there it is ming's alone
    User.objects.filter(pk=world.ming.pk).update(is_active=False, disabled_at=timezone.now())
    page = shown(world, world.lea)
    assert OFFERED in page
    assert at(world, "drop") in page
    assert client_of(world.lea).get(at(world, "")).status_code == 404  # the marks stay unseen
    assert dropped(world, world.lea)
    assert Redaction.objects.get(pk=world.redaction.pk).work is None
    entry = LogEntry.objects.get(action="redaction.drop", result="done")
    assert (entry.actor, entry.object_id) == (world.lea.pk, world.file.pk)
    assert entry.fields == ["version.1", "draft.left"]
    assert OFFERED not in shown(world, world.lea)


def test_whoever_may_redact_there_ends_the_draft_of_who_left_the_deal(world: SimpleNamespace) -> None:
    sellers(world)
    begun(world)
    DealMember.objects.filter(deal=world.deal, user=world.ming).delete()
    for who in (world.bo, world.ben, world.lin, world.ming):
        assert not dropped(world, who)
    assert OFFERED in shown(world, world.sam)
    assert dropped(world, world.sam)


def test_attack_a_bidder_reads_off_a_file_who_the_other_bidders_are(world: SimpleNamespace) -> None:
    """Two bidders may both add to a folder; neither is to learn of the other, by a draft or by a copy."""
    for group in (world.buyers, world.rivals):
        grant(world, group, world.one, Level.UPLOAD)
    begun(world, world.bo)
    world.bo.groups.remove(Group.objects.get(pk=world.buyers.auth_group_id))
    page = shown(world, world.ben)
    assert OFFERED in page
    assert world.bo.display_name not in re.findall(r"\w+", page)
    assert world.bo.display_name in shown(world, world.lea)


def test_the_draft_of_an_outsider_taken_out_of_the_group_is_the_staffs_to_end(world: SimpleNamespace) -> None:
    sellers(world)
    begun(world, world.sam)
    assert not dropped(world, world.lea)
    world.sam.groups.remove(Group.objects.get(pk=world.sellers.auth_group_id))
    assert OFFERED in shown(world, world.lea)
    assert dropped(world, world.lea)
