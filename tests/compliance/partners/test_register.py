"""What a firm was given is read from the log, and certified at the deal's end."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from audit.refusals import Refused
from compliance.logretention.policy import change_policy
from compliance.partners import register
from compliance.partners.recalls import ask_at_the_end, ask_now
from compliance.partners.register import deals_given_to, taken_by
from compliance.partners.tasks import ask_back_ended
from deals.pipeline.models import Stage
from deals.rooms.levels import Level
from people.partners import firms
from people.partners.codes import How, LinkFor
from people.partners.errors import NotNow
from people.partners.models import PartnerContact
from people.partners.recalling import check
from people.partners.records import PartnerLink, PartnerRecall
from people.partners.standing import has_overdue_recall
from people.roles.models import RoleCode
from tests.cast import client_of, person
from tests.deals.scene import at_stage, grant, scene, stored
from tests.people.partners.making import (
    PDF,
    arrived,
    belongs,
    in_force,
    mailed_link,
    recorded,
    with_contact,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


@pytest.fixture
def world(db: None) -> SimpleNamespace:
    """bo comes for a firm, looked into the room and took a file."""
    found = scene()
    found.firm = in_force(found)
    belongs(found, found.bo, found.firm)
    version = stored(found, found.one, "plan.txt", b"the plan")
    grant(found, found.buyers, found.one, Level.ORIGINAL)
    browser = client_of(found.bo)
    assert browser.get(reverse("deals:room", args=[found.deal.pk])).status_code == 200
    answer = browser.get(reverse("deals:original", args=[found.deal.pk, version.pk]))
    assert b"".join(answer.streaming_content) == b"the plan"
    return found


def test_rooms_and_downloads_are_read_from_the_log(world: SimpleNamespace) -> None:
    [taken] = taken_by(world.firm, world.olivia)
    assert (taken.code_name, taken.person) == ("Willow", "Bo")
    assert (taken.rooms, taken.downloads, taken.files) == (1, 1, 1)
    page = client_of(world.lea).get(reverse("compliance:partner_register", args=[world.firm.pk]))
    assert "Willow" in page.content.decode()


def test_what_was_seen_for_one_firm_is_not_the_next_ones(world: SimpleNamespace) -> None:
    firms.leave(actor=world.olivia, partner_id=world.firm.pk, person_id=world.bo.pk)
    other = in_force(world, "Birch Accountants")
    belongs(world, world.bo, other)
    assert taken_by(other, world.olivia) == []
    assert len(taken_by(world.firm, world.olivia)) == 1


def test_at_the_deals_end_the_firm_is_asked_and_certifies(
    world: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    assert ask_at_the_end() == 0
    at_stage(world.deal, Stage.CLOSED)
    with django_capture_on_commit_callbacks(execute=True):
        ask_back_ended()
    ask_back_ended()
    recall = PartnerRecall.objects.get()
    assert recall.due_at - recall.asked_at == timedelta(days=15)
    browser, address = arrived(mailed_link()), reverse("people:partner_link")
    assert browser.get(address).status_code == 200
    bare = browser.post(address, {"how": "destroyed", "signed_as": "Chen"})
    assert bare.context["form"].non_field_errors()
    proof = SimpleUploadedFile("a.pdf", PDF, content_type="application/pdf")
    done = browser.post(address, {"how": "destroyed", "signed_as": "Chen", "evidence": proof})
    assert done.status_code == 200
    recall.refresh_from_db()
    assert (recall.how, recall.signed_as) == (How.DESTROYED, "Chen")
    assert browser.get(address).status_code == 410
    with pytest.raises(Refused):
        check(actor=world.lea, recall_id=recall.pk)
    evidence = reverse("people:partner_file", args=[recall.file_id])
    assert client_of(world.lea).get(evidence).status_code == 404
    assert client_of(world.olivia).get(evidence).content == PDF
    check(actor=world.olivia, recall_id=recall.pk)
    with pytest.raises(NotNow):
        check(actor=world.olivia, recall_id=recall.pk)


def test_attack_a_lead_reads_the_register_for_deals_of_others(world: SimpleNamespace) -> None:
    """They see that the firm was given something, not for what; and ask for nothing there."""
    other = person("lara", role=RoleCode.DEAL_LEAD)
    browser, address = client_of(other), reverse("compliance:partner_register", args=[world.firm.pk])
    text = browser.get(address).content.decode()
    assert "Another project" in text
    assert "Willow" not in text
    assert str(world.deal.pk) not in text
    asked = browser.post(
        reverse("compliance:partner_recall", args=[world.firm.pk]), {"deal": str(world.deal.pk)}
    )
    assert asked.status_code == 404
    assert not PartnerRecall.objects.exists()


def test_the_end_of_a_deal_reaches_firms_however_long_the_register_is(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "SHOWN", 0)
    assert taken_by(world.firm, world.olivia) == []
    assert deals_given_to(world.firm.pk) == {world.deal.pk}


def test_a_link_that_was_lost_is_sent_anew(
    world: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    page = reverse("compliance:partner_recall", args=[world.firm.pk])
    browser = client_of(world.lea)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(page, {"deal": str(world.deal.pk)})
    held = arrived(mailed_link())
    recall = PartnerRecall.objects.get()
    assert (
        "Send the link again"
        in browser.get(reverse("compliance:partner_register", args=[world.firm.pk])).content.decode()
    )
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(page, {"deal": str(world.deal.pk)})
    address = reverse("people:partner_link")
    assert held.get(address).status_code == 410
    assert arrived(mailed_link()).get(address).status_code == 200
    assert list(PartnerRecall.objects.values_list("pk", "due_at")) == [(recall.pk, recall.due_at)]


def test_without_a_contact_the_link_waits_for_one(world: SimpleNamespace) -> None:
    PartnerContact.objects.update(replaced_at=timezone.now())
    assert ask_now(actor=world.olivia, partner_id=world.firm.pk, deal_id=world.deal.pk)
    with pytest.raises(NotNow, match="whom to reach"):
        ask_now(actor=world.olivia, partner_id=world.firm.pk, deal_id=world.deal.pk)
    with_contact(world, world.firm)
    assert not ask_now(actor=world.olivia, partner_id=world.firm.pk, deal_id=world.deal.pk)
    assert PartnerLink.objects.filter(purpose=LinkFor.RECALL, cancelled_at=None).count() == 1


def test_late_certificates_stop_invitations(world: SimpleNamespace) -> None:
    ask_now(actor=world.lea, partner_id=world.firm.pk, deal_id=world.deal.pk)
    now = timezone.now()
    PartnerRecall.objects.update(asked_at=now - timedelta(days=20), due_at=now - timedelta(days=5))
    assert has_overdue_recall(world.firm.pk)
    with pytest.raises(NotNow, match="certificate"):
        belongs(world, world.ben, world.firm)


def test_nothing_is_asked_back_that_was_not_given(world: SimpleNamespace) -> None:
    other = recorded(world, "Birch Accountants")
    assert deals_given_to(other.pk) == set()
    with pytest.raises(NotNow, match="nothing"):
        ask_now(actor=world.lea, partner_id=other.pk, deal_id=world.deal.pk)


def test_the_log_is_kept_as_long_as_the_register_needs_it(world: SimpleNamespace) -> None:
    with pytest.raises(ValidationError, match="36 months"):
        change_policy(actor=world.olivia, months=12, years=3, words="less to keep")
