"""Attacks on partner firms: links, scores, slipping out of a firm that is shut."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.accounts.links import find_link, make_link
from people.accounts.models import LinkPurpose
from people.approvals.services import NotDecidable
from people.partners import firms
from people.partners.errors import NotNow
from people.partners.models import Partner, PartnerPerson
from people.partners.records import Assessment, PartnerLink
from people.partners.standing import is_shut
from tests.cast import client_of
from tests.people.helpers import approve
from tests.people.partners.making import (
    answered,
    arrived,
    asked,
    belongs,
    in_force,
    mailed_link,
    overdue,
    recorded,
    reinstating,
    suspended,
    with_contact,
)

pytestmark = pytest.mark.django_db
ADDRESS = "people:partner_link"


@pytest.fixture
def linked(people: SimpleNamespace, django_capture_on_commit_callbacks) -> SimpleNamespace:
    """A firm whose contact has the link to its paper."""
    people.firm = recorded(people)
    with_contact(people, people.firm)
    with django_capture_on_commit_callbacks(execute=True):
        people.paper = asked(people, people.firm, by_firm=True)
    people.path = mailed_link()
    return people


def _all_yes(paper: Assessment) -> dict[str, str]:
    return {f"a-{one.position}": "yes" for one in paper.questionnaire.questions.all()}


def test_attack_a_used_link_opens_nothing(linked: SimpleNamespace) -> None:
    browser = arrived(linked.path)
    answer = browser.post(reverse(ADDRESS), _all_yes(linked.paper) | {"act": "hand_in"})
    assert answer.status_code == 200
    assert Client().get(linked.path).status_code == 410
    again = browser.post(reverse(ADDRESS), {"a-1": "no", "act": "hand_in"})
    assert again.status_code == 410
    linked.paper.refresh_from_db()
    assert linked.paper.score == 100


def test_attack_an_expired_link_held_in_a_session(linked: SimpleNamespace) -> None:
    browser = arrived(linked.path)
    now = timezone.now()
    PartnerLink.objects.filter(object_id=linked.paper.pk).update(
        created_at=now - timedelta(days=20), expires_at=now - timedelta(days=6)
    )
    assert browser.get(reverse(ADDRESS)).status_code == 410
    assert arrived_nowhere(linked.path)
    assert not linked.paper.answers.exists()


def arrived_nowhere(path: str) -> bool:
    return Client().get(path).status_code == 410


def test_attack_a_new_link_ends_the_one_before(
    linked: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    held = arrived(linked.path)
    with django_capture_on_commit_callbacks(execute=True):
        asked(linked, linked.firm, by_firm=True)
    assert held.get(reverse(ADDRESS)).status_code == 410


def test_attack_answering_for_another_firm(
    linked: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    """The link in the session names the paper; ids that are sent along are nothing."""
    other = recorded(linked, "Birch Accountants")
    with_contact(linked, other)
    with django_capture_on_commit_callbacks(execute=True):
        theirs = asked(linked, other, by_firm=True)
    browser = arrived(linked.path)
    sent = _all_yes(theirs) | {
        "act": "hand_in",
        "assessment": str(theirs.pk),
        "partner": str(other.pk),
        "object_id": str(theirs.pk),
    }
    browser.post(reverse(ADDRESS), sent)
    theirs.refresh_from_db()
    assert theirs.is_open
    assert not theirs.answers.exists()
    staff = reverse("people:partner_assessment", args=[theirs.pk])
    assert browser.get(staff).status_code == 302  # to the sign-in


def test_attack_raising_the_score_by_sending_it(linked: SimpleNamespace) -> None:
    browser = arrived(linked.path)
    count = linked.paper.questionnaire.questions.count()
    sent = {f"a-{place}": "no" for place in range(1, count + 1)} | {
        "act": "hand_in",
        "score": "100",
        "passed": "True",
        "knocked_out": "0",
        "taken_at": "2026-01-01",
        "threshold": "0",
        "weight": "10",
    }
    assert browser.post(reverse(ADDRESS), sent).status_code == 200
    linked.paper.refresh_from_db()
    assert (linked.paper.score, linked.paper.passed, linked.paper.taken_at) == (0, False, None)


def test_attack_the_database_takes_no_other_score(people: SimpleNamespace) -> None:
    firm = recorded(people)
    paper = answered(people, firm)
    with pytest.raises(IntegrityError, match="assessment_is_final"), transaction.atomic():
        Assessment.objects.filter(pk=paper.pk).update(score=99)
    with pytest.raises(IntegrityError, match="partner_passed_as_answered"), transaction.atomic():
        Partner.objects.filter(pk=firm.pk).update(passed=True)


def test_attack_colleagues_do_not_answer_in_the_firms_name(linked: SimpleNamespace) -> None:
    page = reverse("people:partner_assessment", args=[linked.paper.pk])
    answer = client_of(linked.lea).post(page, _all_yes(linked.paper) | {"act": "hand_in"})
    assert answer.status_code == 404
    linked.paper.refresh_from_db()
    assert linked.paper.is_open


def test_attack_moving_to_another_firm_to_escape_suspension(people: SimpleNamespace) -> None:
    firm, other = in_force(people), in_force(people, "Birch Accountants")
    belongs(people, people.bo, firm)
    suspended(people, firm)
    with pytest.raises(NotNow, match="another firm"):
        firms.join(actor=people.lea, person=people.bo, partner_id=other.pk)
    with pytest.raises(NotNow, match="suspended"):
        firms.leave(actor=people.olivia, partner_id=firm.pk, person_id=people.bo.pk)
    rows = PartnerPerson.objects.filter(person=people.bo)
    with pytest.raises(IntegrityError, match="stays_while_suspended"), transaction.atomic():
        rows.update(left_at=timezone.now(), left_by=people.olivia)
    with pytest.raises(IntegrityError, match="partner_person_is_final"), transaction.atomic():
        rows.update(partner=other)
    with pytest.raises(IntegrityError, match="partner_person_of_one_firm"), transaction.atomic():
        PartnerPerson.objects.create(partner=other, person=people.bo, by=people.lea)
    with pytest.raises(IntegrityError, match="partner_person_stays"), transaction.atomic():
        rows.delete()


def test_attack_nobody_reinstates_alone(people: SimpleNamespace) -> None:
    firm = in_force(people)
    made = suspended(people, firm)
    request = reinstating(people, firm)
    with pytest.raises(NotDecidable):
        approve(people.lea, request)
    made.ended_at, made.approval = timezone.now(), request
    with pytest.raises(IntegrityError, match="partner_reinstated_by_two"), transaction.atomic():
        made.save()
    with pytest.raises(IntegrityError, match="partner_suspended_as_recorded"), transaction.atomic():
        Partner.objects.filter(pk=firm.pk).update(suspended=False)
    assert is_shut(firm.pk)


def test_attack_a_held_link_of_a_firm_that_is_shut(people: SimpleNamespace) -> None:
    """Not only of a suspended one: a review that is overdue is enough."""
    firm = in_force(people)
    belongs(people, people.bo, firm)
    _link, address = make_link(purpose=LinkPurpose.SET_PASSWORD, person=people.bo)
    token = address.rstrip("/").rsplit("/", 1)[1]
    assert find_link(token) is not None
    overdue(people, firm)
    assert find_link(token) is None
    suspended(people, firm)
    assert find_link(token) is None


def test_attack_nobody_is_invited_for_a_firm_that_is_shut(people: SimpleNamespace) -> None:
    firm = recorded(people)
    with pytest.raises(NotNow, match="not in force"):
        firms.join(actor=people.lea, person=people.bo, partner_id=firm.pk)


def test_attack_administrators_see_nothing_of_it(people: SimpleNamespace) -> None:
    firm = in_force(people)
    browser = client_of(people.ada)
    for name in ("partner", "partner_contact", "partner_suspend", "partner_review", "partner_agreement"):
        assert browser.get(reverse(f"people:{name}", args=[firm.pk])).status_code == 404, name
    assert browser.get(reverse("people:partners")).status_code == 404
