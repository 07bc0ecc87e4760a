"""What somebody in the house could try with an outside audit."""

from types import SimpleNamespace
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from compliance.audits import findings
from compliance.audits.access import may_judge
from compliance.outside import planning, reporting
from compliance.outside.evidence import EvidenceRequest
from compliance.outside.models import OutsideSeat
from compliance.outside.reports import Recommendation
from people.accounts.links import make_link
from people.accounts.models import LinkPurpose, User
from people.invitations.models import Invitation
from tests.cast import client_of
from tests.compliance.outside import making
from tests.vault.records.makers import acting
from vault.records.errors import NotPossible

pytestmark = pytest.mark.django_db


def test_attack_an_employee_sits_as_an_outside_auditor(people: SimpleNamespace) -> None:
    with pytest.raises(NotPossible, match="cannot be invited"):
        making.planned(people, lead=planning.Auditor(name="Ming", email="ming@example.test"))
    with pytest.raises(NotPossible, match="no role and no room"):
        making.planned(people, lead=planning.Auditor(name="Aud", email="aud@example.test"))
    audit = making.planned(people)
    with pytest.raises(IntegrityError, match="outside_seat_is_from_outside"), transaction.atomic():
        OutsideSeat.objects.create(audit=audit, person=people.ming)
    seat = making.seated(people, firm_code=making.firm_code(2))
    User.objects.filter(pk=seat.person_id).update(kind="staff")
    assert client_of(people.olivia).get(reverse("compliance:seat", args=[seat.audit_id])).status_code == 404
    person = User.objects.get(pk=seat.person_id)
    assert client_of(person).get(reverse("compliance:seat", args=[seat.audit_id])).status_code == 404


def test_attack_somebody_of_a_room_sits(people: SimpleNamespace) -> None:
    link, _address = make_link(purpose=LinkPurpose.INVITATION, person=people.bo)
    Invitation.objects.create(
        deal_id=UUID(int=1),
        group_id=UUID(int=1),
        person=people.bo,
        nda_kind="buyer",
        invited_by=people.lea,
        link=link,
    )
    with pytest.raises(NotPossible, match="no role and no room"):
        making.planned(people, lead=planning.Auditor(name="Bo", email="bo@example.test"))


def test_attack_a_seat_is_slipped_in_after_the_second_persons_word(people: SimpleNamespace) -> None:
    audit = making.agreed(people)
    with pytest.raises(NotPossible, match="another state"), acting(people.olivia):
        planning.add_auditor(
            actor=people.olivia,
            audit_id=audit.pk,
            auditor=planning.Auditor(name="X", email="x@x.example.test"),
        )
    with pytest.raises(IntegrityError, match="outside_seat_was_agreed_to"), transaction.atomic():
        OutsideSeat.objects.create(audit=audit, person=people.ben)


def test_attack_the_owner_closes_their_own_action(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    making.reported(seat, "Limit exports to two people.")
    with acting(people.olivia):
        reporting.acknowledge(actor=people.olivia, audit_id=seat.audit_id)
    finding = Recommendation.objects.get().finding
    assert finding is not None
    with acting(people.olivia):
        action = findings.set_action(
            actor=people.olivia,
            finding_id=finding.pk,
            owner=people.otto,
            due=timezone.localdate(),
            task="Do it.",
        )
    with acting(people.otto):
        findings.say_done(actor=people.otto, action_id=action.pk, done="Done.")
    action.refresh_from_db()
    assert not may_judge(people.otto, action)
    browser: Client = client_of(people.otto)
    assert browser.post(reverse("compliance:audit_action_verify", args=[action.pk])).status_code == 404
    with pytest.raises(NotPossible, match="auditor of this audit"), acting(people.otto):
        findings.set_action(
            actor=people.otto,
            finding_id=finding.pk,
            owner=people.olivia,
            due=timezone.localdate(),
            task="Mine.",
        )


def test_attack_an_owner_answers_what_is_somebody_elses(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    one = making.owned(people, seat)
    for who in (people.lin, people.ada, people.bo):
        browser = client_of(who)
        assert browser.get(reverse("compliance:outside_request", args=[one.pk])).status_code == 404
        answer = reverse("compliance:outside_request_answer", args=[one.pk])
        assert browser.post(answer, {"words": "x"}).status_code == 404
    with acting(seat.person), pytest.raises(IntegrityError), transaction.atomic():
        EvidenceRequest.objects.filter(pk=one.pk).update(
            answered_by=seat.person, answered_at=timezone.now(), state="answered"
        )
