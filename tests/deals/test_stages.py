"""Moving a deal: the lead asks, another decides, and the gate follows at once."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from deals.errors import NotPossible
from deals.models import Deal
from deals.pipeline.models import Stage
from deals.pipeline.stages import request_stage
from deals.rooms.access import may
from deals.rooms.levels import Level
from people.approvals.models import State, Verdict
from people.approvals.services import NotDecidable, decide, open_preview
from tests.cast import client_of
from tests.deals.scene import at_stage, folder

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def somebody_acts() -> object:
    with acting_as(Origin()):
        yield


def test_a_second_person_moves_the_deal_and_back_revokes(world: SimpleNamespace) -> None:
    asked = request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.TEASER, reason="talks stopped")
    assert may(world.bo, world.one, Level.VIEW)
    preview = open_preview(actor=world.olivia, request=asked)
    assert preview is not None
    assert "Willow" in str(preview.lines[0])
    done = decide(actor=world.olivia, request=asked, verdict=Verdict.APPROVE, reason="right")
    assert done.state == State.CARRIED_OUT
    assert Deal.objects.get().stage == Stage.TEASER
    assert not may(world.bo, world.one, Level.VIEW)
    entry = LogEntry.objects.get(action="deal.stage", object_id=world.deal.pk)
    assert entry.fields == ["stage.3"]


def test_nobody_moves_a_deal_alone(world: SimpleNamespace) -> None:
    asked = request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.SIGNING, reason="agreed")
    open_preview(actor=world.lea, request=asked)
    with pytest.raises(NotDecidable):
        decide(actor=world.lea, request=asked, verdict=Verdict.APPROVE, reason="mine")
    assert Deal.objects.get().stage == Stage.DILIGENCE


def test_a_member_who_does_not_lead_cannot_ask(world: SimpleNamespace) -> None:
    with pytest.raises(Refused):
        request_stage(actor=world.ming, deal_id=world.deal.pk, stage=Stage.SIGNING, reason="agreed")


def test_one_move_at_a_time_and_none_to_where_it_is(world: SimpleNamespace) -> None:
    with pytest.raises(NotPossible):
        request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.DILIGENCE, reason="again")
    request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.SIGNING, reason="agreed")
    with pytest.raises(NotPossible):
        request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.CLOSED, reason="agreed")


@pytest.mark.parametrize("change", ["stage", "folder"])
def test_what_changed_since_the_preview_voids_the_move(world: SimpleNamespace, change: str) -> None:
    asked = request_stage(actor=world.lea, deal_id=world.deal.pk, stage=Stage.SIGNING, reason="agreed")
    open_preview(actor=world.olivia, request=asked)
    if change == "stage":
        at_stage(world.deal, Stage.KYC)
    else:
        folder(world, "Customers", opens_at=Stage.SIGNING)
    done = decide(actor=world.olivia, request=asked, verdict=Verdict.APPROVE, reason="right")
    assert done.state == State.VOID
    assert Deal.objects.get().stage != Stage.SIGNING


def test_the_lead_asks_on_the_deals_page(world: SimpleNamespace) -> None:
    lea = client_of(world.lea)
    lea.post(reverse("deals:deal_stage", args=[world.deal.pk]), {"stage": "7", "reason": "offers are in"})
    page = lea.get(reverse("deals:deal", args=[world.deal.pk])).content.decode()
    assert "waits for a second person" in page
