"""An outside audit from the draft to the board of corrective actions."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from compliance.audits import findings
from compliance.audits.access import to_judge
from compliance.audits.codes import ActionState, Scope
from compliance.audits.followup import CorrectiveAction
from compliance.outside import planning, reporting, requests
from compliance.outside.codes import RequestState, State, Why
from compliance.outside.ends import end_due
from compliance.outside.files import checked
from compliance.outside.models import OutsideAudit
from compliance.outside.reminding import overdue_actions, remind
from compliance.outside.reports import OutsideReport, Recommendation
from compliance.outside.today import due
from people.approvals.models import State as Approval
from people.approvals.models import Verdict
from people.approvals.services import open_preview
from people.invitations.models import Invitation
from people.invitations.services import accept
from people.notices.models import Notice
from tests.cast import PASSWORD, client_of, signed
from tests.compliance.outside import making
from tests.vault.records.makers import acting
from vault.records.errors import NotPossible

pytestmark = pytest.mark.django_db


def test_a_draft_opens_nothing_and_invites_nobody(people: SimpleNamespace) -> None:
    audit = making.planned(people)
    assert audit.state == State.DRAFT
    assert not Invitation.objects.filter(deal_id=audit.pk).exists()
    assert not audit.lead.has_usable_password()


def test_a_second_person_lets_them_in(
    people: SimpleNamespace, django_capture_on_commit_callbacks: object
) -> None:
    audit, request = making.asked(people)
    with acting(people.otto):
        preview = open_preview(actor=people.otto, request=request)
    assert preview is not None
    assert any("zhou@auditors.example.test" in str(line) for line in preview.lines)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        making.decided(people, request)
    audit.refresh_from_db()
    assert (audit.state, audit.agreed_by) == (State.AGREED, people.otto)
    [sent] = [one for one in mail.outbox if one.to == ["zhou@auditors.example.test"]]
    assert "audit" in sent.subject
    assert LogEntry.objects.filter(
        action=Action.OUTSIDE_AGREE, object_id=audit.pk, actor=people.otto.pk
    ).exists()


def test_who_asked_does_not_agree(people: SimpleNamespace) -> None:
    audit, request = making.asked(people)
    page = client_of(people.olivia).get(reverse("people:approval", args=[request.pk]))
    assert b'value="approve"' not in page.content
    audit.refresh_from_db()
    assert audit.state == State.ASKED


def test_refused_it_is_a_draft_again(people: SimpleNamespace) -> None:
    audit, request = making.asked(people)
    making.decided(people, request, Verdict.REFUSE)
    audit.refresh_from_db()
    assert audit.state == State.DRAFT
    assert not Invitation.objects.filter(deal_id=audit.pk).exists()


def test_a_namesake_of_the_staff_is_pointed_out(people: SimpleNamespace) -> None:
    lead = planning.Auditor(name="Ming", email="ming@home.example.test")
    _audit, request = making.asked(people, lead=lead)
    with acting(people.otto):
        preview = open_preview(actor=people.otto, request=request)
    assert preview is not None
    assert any("same name" in str(line) and "Ming" in str(line) for line in preview.lines)


def test_the_undertaking_comes_before_the_first_page(people: SimpleNamespace) -> None:
    audit = making.agreed(people)
    person = making.come(audit)
    browser = client_of(person)
    answer = browser.get(reverse("compliance:seat", args=[audit.pk]))
    assert answer["Location"] == reverse("people:nda", args=[audit.pk])
    assert browser.get(answer["Location"]).status_code == 200
    signed(person, deal_id=audit.pk, kind="auditor")
    assert browser.get(reverse("compliance:seat", args=[audit.pk])).status_code == 200
    assert browser.get(reverse("people:nda", args=[audit.pk]))["Location"] == reverse(
        "compliance:seat", args=[audit.pk]
    )


def test_the_second_factor_comes_before_the_undertaking(people: SimpleNamespace) -> None:
    audit = making.agreed(people)
    invitation = Invitation.objects.get(deal_id=audit.pk)
    person = accept(invitation=invitation, password=PASSWORD)
    assert person is not None
    answer = client_of(person).get(reverse("compliance:seat", args=[audit.pk]))
    assert answer["Location"] == reverse("people:factor_app")


def test_the_third_audit_running_needs_another_firm(people: SimpleNamespace) -> None:
    for number in range(2):
        making.agreed(people, lead=planning.Auditor(name="A", email=f"a{number}@x.example.test"))
    with pytest.raises(NotPossible, match="same firm"):
        making.planned(people, lead=planning.Auditor(name="C", email="c@x.example.test"))
    making.agreed(
        people, firm_code=making.firm_code(2), lead=planning.Auditor(name="C", email="c@x.example.test")
    )
    making.planned(people, lead=planning.Auditor(name="D", email="d@x.example.test"))


def test_the_third_audit_running_needs_another_auditor_in_charge(people: SimpleNamespace) -> None:
    for number in range(2):
        making.agreed(people, firm_code=making.firm_code(number + 1))
    with pytest.raises(NotPossible, match="same auditor"):
        making.planned(people, firm_code=making.firm_code(3))


def test_two_drafts_do_not_slip_past_the_turns(people: SimpleNamespace) -> None:
    late = [
        making.asked(people, lead=planning.Auditor(name="A", email=f"a{number}@x.example.test"))
        for number in range(3)
    ]
    states = [making.decided(people, request).state for _audit, request in late]
    assert states == [Approval.CARRIED_OUT, Approval.CARRIED_OUT, Approval.VOID]
    assert [OutsideAudit.objects.get(pk=audit.pk).state for audit, _ in late] == ["agreed", "agreed", "draft"]


def test_a_request_goes_round_until_it_is_accepted(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    one = making.answered(people, seat)
    with acting(seat.person):
        requests.send_back(actor=seat.person, audit_id=seat.audit_id, request_id=one.pk, why="Which deal?")
    one.refresh_from_db()
    assert (one.state, one.sent_back) == (RequestState.RETURNED, 1)
    assert Notice.objects.filter(person=people.ming, kind="outside.returned").exists()
    with acting(people.ming):
        requests.answer(actor=people.ming, request_id=one.pk, words="All of them.")
    with acting(seat.person):
        requests.accept(actor=seat.person, audit_id=seat.audit_id, request_id=one.pk)
    one.refresh_from_db()
    assert one.state == RequestState.ACCEPTED
    assert Notice.objects.filter(person=people.otto, kind="outside.asked").exists()
    assert Notice.objects.filter(person=seat.person, kind="outside.answered").exists()


def test_what_is_not_masked_is_no_answer(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    one = making.owned(people, seat)
    data = making.paper("Phone 13800138000")
    with acting(people.ming):
        with pytest.raises(NotPossible, match="Redact"):
            requests.answer(
                actor=people.ming, request_id=one.pk, words="", files=[checked(data, size=len(data))]
            )
        with pytest.raises(NotPossible, match="masks"):
            requests.answer(actor=people.ming, request_id=one.pk, words="call 138 0013 8000")
        with pytest.raises(NotPossible, match="scope"):
            requests.answer(actor=people.ming, request_id=one.pk, words="", extracts=["nothing"])
    one.refresh_from_db()
    assert one.state == RequestState.OWNED


def test_owners_are_reminded_and_what_is_late_goes_up(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = making.seated(people)
    making.owned(people, seat)
    assert remind() == 0
    later = timezone.now() + timedelta(days=6)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert remind() == 1
    assert remind() == 0
    assert Notice.objects.filter(person=people.ming, kind="outside.due").count() == 1
    assert Notice.objects.filter(person=people.olivia, kind="outside.overdue").count() == 1
    assert [item.count for item in due(people.ming)] == [1]
    assert any("overdue" in str(item.label) and item.count for item in due(people.otto))


def test_seats_close_by_themselves_and_in_one_act(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    seat = making.seated(people, ends_at=timezone.now() + timedelta(hours=1))
    browser = client_of(seat.person)
    address = reverse("compliance:seat", args=[seat.audit_id])
    assert browser.get(address).status_code == 200
    hour = seat.audit.ends_at
    monkeypatch.setattr(timezone, "now", lambda: hour)
    assert browser.get(address).status_code == 404
    assert end_due() == 1
    assert end_due() == 0
    audit = OutsideAudit.objects.get(pk=seat.audit_id)
    assert (audit.state, audit.ended_why) == (State.ENDED, Why.TIME)
    assert not Invitation.objects.filter(deal_id=audit.pk, revoked_at__isnull=True).exists()


def test_the_house_closes_all_seats_in_one_act(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    browser = client_of(seat.person)
    with acting(people.olivia):
        planning.end(actor=people.olivia, audit_id=seat.audit_id)
    assert browser.get(reverse("compliance:seat", args=[seat.audit_id])).status_code == 404
    assert LogEntry.objects.filter(action=Action.OUTSIDE_END, object_id=seat.audit_id).exists()


def test_recommendations_become_actions_on_the_one_board(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    making.reported(seat, "Limit exports to two people.", "Review roles monthly.")
    with acting(people.olivia):
        audit = reporting.acknowledge(actor=people.olivia, audit_id=seat.audit_id)
    assert audit.scope == Scope.OUTSIDE
    first, second = Recommendation.objects.order_by("number")
    assert first.finding is not None
    assert second.finding is not None
    with acting(people.otto):
        action = findings.set_action(
            actor=people.otto,
            finding_id=first.finding_id,
            owner=people.ming,
            due=timezone.localdate() + timedelta(days=9),
            task="Two people only.",
        )
    with acting(people.ming):
        findings.say_done(actor=people.ming, action_id=action.pk, done="Set in the roles.")
    assert to_judge(people.otto).filter(pk=action.pk).exists()
    with acting(people.otto):
        findings.verify(actor=people.otto, action_id=action.pk)
    action.refresh_from_db()
    assert (action.state, action.verified_by) == (ActionState.VERIFIED, people.otto)
    report = OutsideReport.objects.get(audit=seat.audit_id)
    assert (report.acknowledged_by, report.followed_by) == (people.olivia, audit)
    page = client_of(seat.person).get(reverse("compliance:seat_report", args=[seat.audit_id]))
    assert "Limit exports to two people." in page.content.decode()
    assert "Ming" not in page.content.decode()


def test_an_overdue_action_goes_up_to_the_officers(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    making.reported(seat, "Limit exports to two people.")
    with acting(people.olivia):
        reporting.acknowledge(actor=people.olivia, audit_id=seat.audit_id)
    finding = Recommendation.objects.get().finding
    assert finding is not None
    assert any("nobody puts right" in str(item.label) and item.count == 1 for item in due(people.otto))
    CorrectiveAction.objects.create(
        finding=finding,
        owner=people.ming,
        due=timezone.localdate() - timedelta(days=1),
        made_by=people.olivia,
    )
    assert overdue_actions().count() == 1
    assert any("Corrective actions" in str(item.label) and item.count == 1 for item in due(people.otto))


def test_the_officer_of_the_log_still_reads_and_so_does_the_auditor_by_role(people: SimpleNamespace) -> None:
    """The built-in role of an auditor is another thing than a seat, and is as it was."""
    browser: Client = client_of(people.aud)
    for name in ("compliance:log", "compliance:audits", "compliance:checkpoints"):
        assert browser.get(reverse(name)).status_code == 200
    assert browser.get(reverse("compliance:outside_audits")).status_code == 404
