"""Campaigns: for whom, and whom they reached by their own acts."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from people.campaigns import services
from people.campaigns.models import Act, Campaign, CampaignReach
from tests.cast import client_of
from tests.people.campaigns.making import campaign, lecture
from tests.people.helpers import logged

pytestmark = pytest.mark.django_db


def test_it_is_shown_to_its_audience_alone(people: SimpleNamespace) -> None:
    for_leads = campaign(people, roles=["deal_lead"])
    coming = campaign(people, starts_on=timezone.localdate() + timedelta(days=2))
    assert list(services.meant_for(people.lea)) == [for_leads]
    assert not services.meant_for(people.ming).exists()
    assert not services.meant_for(people.bo).exists()
    address = reverse("people:campaign", args=[for_leads.pk])
    assert client_of(people.ming).get(address).status_code == 404
    assert client_of(people.lea).get(reverse("people:campaign", args=[coming.pk])).status_code == 404
    assert [one.username for one in services.audience(for_leads)] == ["lea"]


def test_reach_counts_real_acts_once_each(people: SimpleNamespace) -> None:
    poster = campaign(people)
    assert services.unseen(people.ming).count() == 1
    browser = client_of(people.ming)
    for _ in range(3):
        assert browser.get(reverse("people:campaign", args=[poster.pk])).status_code == 200
    assert services.unseen(people.ming).count() == 0
    assert CampaignReach.objects.filter(campaign=poster).count() == 1
    assert logged(Action.CAMPAIGN_VIEW, poster.pk) == 1
    page = client_of(people.olivia).get(reverse("people:campaigns")).context["lines"][0]
    assert (page.audience, page.seen, page.joined) == (6, 1, 0)


def test_taking_part_needs_the_word_that_was_said_there(people: SimpleNamespace) -> None:
    talk = lecture(people)
    browser, address = client_of(people.ming), reverse("people:campaign", args=[talk.pk])
    assert "not the word" in browser.post(address, {"word": "guess"}).content.decode()
    assert not CampaignReach.objects.filter(act=Act.JOINED).exists()
    assert browser.post(address, {"word": " ｓealed "}).status_code == 302
    assert CampaignReach.objects.filter(act=Act.JOINED, person=people.ming).count() == 1


def test_after_its_last_day_nothing_counts(people: SimpleNamespace) -> None:
    today = timezone.localdate()
    past = lecture(people, starts_on=today - timedelta(days=20), ends_on=today - timedelta(days=5))
    services.see(actor=people.ming, campaign=past)
    with pytest.raises(services.NotPossible):
        services.join(actor=people.ming, campaign=past, word="Sealed")
    assert not CampaignReach.objects.exists()
    with pytest.raises(IntegrityError, match="reach_while_it_ran"), transaction.atomic():
        CampaignReach.objects.create(campaign=past, person=people.ming, act=Act.SEEN)


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("campaign_kind_known", {"kind": "party"}),
        ("campaign_roles_known", {"roles": ["king"]}),
        ("campaign_ends_later", {"ends_on": timezone.localdate() - timedelta(days=30)}),
        ("campaign_word_where_one_joins", {"word": "open"}),
    ],
)
def test_what_the_database_refuses(people: SimpleNamespace, rule: str, changed: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        campaign(people, **changed)


def test_what_the_database_refuses_of_reach(people: SimpleNamespace) -> None:
    poster = campaign(people)
    row = {"campaign": poster, "person": people.ming}
    for rule, act in (("reach_joined_what_one_joins", Act.JOINED), ("reach_act_known", "heard")):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            CampaignReach.objects.create(**row, act=act)
    CampaignReach.objects.create(**row, act=Act.SEEN)
    with pytest.raises(IntegrityError, match="reach_once"), transaction.atomic():
        CampaignReach.objects.create(**row, act=Act.SEEN)
    with pytest.raises(IntegrityError, match="people_campaignreach_is_final"), transaction.atomic():
        CampaignReach.objects.all().delete()
    with pytest.raises(IntegrityError, match="people_campaign_is_final"), transaction.atomic():
        Campaign.objects.filter(pk=poster.pk).update(title_en="Another")


def test_an_officer_makes_one_on_the_page(people: SimpleNamespace) -> None:
    today = timezone.localdate().isoformat()
    typed = {
        "kind": "contest",
        "title_zh": "找出漏洞",
        "title_en": "Find the gap",
        "text_zh": "哪一步最容易泄露？",
        "text_en": "Which step leaks most easily?",
        "starts_on": today,
        "ends_on": today,
    }
    browser = client_of(people.olivia)
    assert browser.post(reverse("people:campaign_new"), typed).status_code == 200  # a contest has a word
    assert browser.post(reverse("people:campaign_new"), {**typed, "word": "print"}).status_code == 302
    assert Campaign.objects.get().word == "print"
