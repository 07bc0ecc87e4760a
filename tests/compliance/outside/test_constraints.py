"""What the database refuses, whichever code asks."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from compliance.outside import reporting, requests
from compliance.outside.evidence import EvidenceBundle, EvidenceRequest, OutsideFile, OutsideText
from compliance.outside.models import LONGEST, OutsideAudit, OutsideKeys, OutsideSeat
from compliance.outside.reports import OutsideReport, Recommendation
from tests.compliance.outside import making
from tests.vault.records.makers import acting

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def refused(name: str) -> Any:
    return pytest.raises(IntegrityError, match=name)


def _audit(people: SimpleNamespace, **other: Any) -> OutsideAudit:
    now, today = timezone.now(), timezone.localdate()
    usual: dict[str, Any] = {
        "firm": "Hengxin",
        "firm_code": making.firm_code(),
        "basis": "audit.regular",
        "method": "outside.remote",
        "areas": ["log"],
        "period_from": today - DAY,
        "period_to": today,
        "opens_at": now,
        "ends_at": now + DAY,
        "compartment": UUID(int=1),
        "key_id": 1,
        "lead": people.ben,
        "made_by": people.olivia,
    }
    return OutsideAudit(**usual | other)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("outside_audit_names_a_firm", {"firm": ""}),
        ("outside_audit_firm_has_a_code", {"firm_code": "short"}),
        ("outside_audit_method_known", {"method": "by.rumour"}),
        ("outside_audit_basis_known", {"basis": "none"}),
        ("outside_audit_areas_known", {"areas": []}),
        ("outside_audit_areas_known", {"areas": ["clients"]}),
        ("outside_audit_period_in_order", {"period_from": timezone.localdate() + DAY}),
        ("outside_audit_ends_by_itself", {"ends_at": timezone.now() - DAY}),
        ("outside_audit_ends_by_itself", {"ends_at": timezone.now() + LONGEST + DAY}),
        ("outside_audit_begins_as_draft", {"state": "agreed"}),
        ("outside_audit_agreed_to_by_somebody", {"agreed_at": timezone.now()}),
        ("outside_audit_ended_with_a_reason", {"ended_why": "outside.time"}),
    ],
)
def test_an_audit_that_the_database_refuses(
    people: SimpleNamespace, name: str, values: dict[str, Any]
) -> None:
    with refused(name), transaction.atomic():
        _audit(people, **values).save(force_insert=True)
    _audit(people).save(force_insert=True)


def test_one_row_of_keys(people: SimpleNamespace) -> None:
    making.planned(people)
    with refused("outside_keys_one_row"), transaction.atomic():
        OutsideKeys.objects.create(one_row=False, compartment=UUID(int=2), key_id=2)


def test_steps_and_states_of_an_audit(people: SimpleNamespace) -> None:
    audit, request = making.asked(people)
    rows = OutsideAudit.objects.filter(pk=audit.pk)
    with refused("outside_audit_step_known"), transaction.atomic():
        rows.update(state="cancelled")
    with refused("outside_audit_state_known|outside_audit_step_known"), transaction.atomic():
        rows.update(state="else")
    with refused("outside_audit_agreed_to_by_another"), transaction.atomic():
        rows.update(state="agreed", agreed_by=people.olivia, agreed_at=timezone.now(), approval=request)
    with refused("outside_audit_is_kept"), transaction.atomic():
        rows._raw_delete("default")


def test_the_third_running_by_the_same_firm(people: SimpleNamespace) -> None:
    lead = [making.Auditor(name="A", email=f"a{number}@x.example.test") for number in range(3)]
    last = [making.asked(people, lead=lead[number]) for number in range(3)]
    for _asked, request in last[:2]:
        making.decided(people, request)
    audit, request = last[2]
    with refused("outside_audit_rotates"), transaction.atomic():
        OutsideAudit.objects.filter(pk=audit.pk).update(
            state="agreed", agreed_by=people.otto, agreed_at=timezone.now(), approval=request
        )


def test_seats(people: SimpleNamespace) -> None:
    audit = making.planned(people)
    with refused("outside_seat_once"), transaction.atomic():
        OutsideSeat.objects.create(audit=audit, person=audit.lead)
    with refused("outside_seat_is_from_outside"), transaction.atomic():
        OutsideSeat.objects.create(audit=audit, person=people.ming)
    with refused("outside_seat_stays"), transaction.atomic():
        OutsideSeat.objects.filter(audit=audit).update(person=people.ben)


def test_requests(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    one = making.requested(seat)
    rows, today = EvidenceRequest.objects.filter(pk=one.pk), timezone.localdate()
    with refused("evidence_request_of_a_seat"), transaction.atomic():
        EvidenceRequest.objects.create(audit=seat.audit, number=9, due=today, asked_by=people.ben)
    with refused("evidence_request_once"), transaction.atomic():
        EvidenceRequest.objects.create(audit=seat.audit, number=1, due=today, asked_by=seat.person)
    with refused("evidence_request_has_an_owner"), transaction.atomic():
        rows.update(state="owned")
    with refused("evidence_request_step_known"), transaction.atomic():
        rows.update(state="accepted", owner=people.ming, closed_at=timezone.now())
    with refused("evidence_request_stays"), transaction.atomic():
        rows.update(due=today + 30 * DAY)
    with refused("evidence_request_state_known|evidence_request_step_known"), transaction.atomic():
        rows.update(state="else", owner=people.ming)
    with refused("evidence_request_is_kept"), transaction.atomic():
        rows._raw_delete("default")
    rows.update(state="owned", owner=people.ming)
    with refused("evidence_request_answered_by_somebody"), transaction.atomic():
        rows.update(state="answered")
    with refused("evidence_request_not_answered_by_its_asker"), transaction.atomic():
        rows.update(state="answered", answered_by=seat.person, answered_at=timezone.now())
    with refused("evidence_request_closed_when_accepted"), transaction.atomic():
        rows.update(closed_at=timezone.now())


def test_an_accepted_request_is_final(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    one = making.answered(people, seat)
    with acting(seat.person):
        requests.accept(actor=seat.person, audit_id=seat.audit_id, request_id=one.pk)
    with refused("evidence_request_is_over"), transaction.atomic():
        EvidenceRequest.objects.filter(pk=one.pk).update(sent_back=3)


def test_texts_and_files(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    one = making.answered(people, seat)
    text, file = OutsideText.objects.filter(about=one.pk)[0], one.files.get()
    with pytest.raises(DatabaseError, match="is final"), transaction.atomic():
        OutsideText.objects.filter(pk=text.pk).update(says="answer")
    with pytest.raises(DatabaseError, match="is final"), transaction.atomic():
        OutsideFile.objects.filter(pk=file.pk).update(size=1)
    usual: dict[str, Any] = {
        "audit": seat.audit,
        "request": one,
        "kind": "answer",
        "extension": "pdf",
        "size": 1,
        "digest": b"x" * 32,
        "key_id": 7,
        "by": people.ming,
    }
    for name, values in (
        ("outside_file_kind_known|outside_file_answers_a_request", {"kind": "else"}),
        ("outside_file_type_known", {"extension": "exe"}),
        ("outside_file_holds_something", {"size": 0}),
        ("outside_file_answers_a_request", {"request": None}),
    ):
        with refused(name), transaction.atomic():
            OutsideFile.objects.create(**usual | values)
    row = {"audit": seat.audit, "key_id": seat.audit.key_id, "about": one.pk, "by": people.ming}
    with refused("outside_text_says_something"), transaction.atomic():
        OutsideText(**row, says="ask").save(force_insert=True)


def test_bundles(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    usual: dict[str, Any] = {"seat": seat, "size": 1, "expires_at": timezone.now() + DAY}
    for name, values in (
        ("bundle_state_known", {"state": "else"}),
        ("bundle_done_in_percent", {"done": 101}),
        ("bundle_expires_later", {"expires_at": timezone.now() - DAY}),
        ("bundle_ready_is_whole", {"state": "ready"}),
    ):
        with refused(name), transaction.atomic():
            EvidenceBundle.objects.create(**usual | values)
    EvidenceBundle.objects.create(**usual)
    with refused("bundle_one_at_a_time"), transaction.atomic():
        EvidenceBundle.objects.create(**usual)


def test_reports_and_recommendations(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    making.reported(seat, "Fewer exports.")
    report, advice = OutsideReport.objects.get(), Recommendation.objects.get()
    rows = OutsideReport.objects.filter(pk=report.pk)
    with refused("outside_report_acknowledged_whole"), transaction.atomic():
        rows.update(acknowledged_at=timezone.now())
    with refused("outside_report_stays"), transaction.atomic():
        rows.update(at=timezone.now())
    with refused("outside_report_is_kept"), transaction.atomic():
        rows._raw_delete("default")
    with refused("outside_report_stays"), transaction.atomic():
        Recommendation.objects.create(report=report, number=2, severity="audit.major", by=seat.person)
    with refused("recommendation_stays"), transaction.atomic():
        Recommendation.objects.filter(pk=advice.pk).update(severity="audit.minor")
    with refused("recommendation_is_kept"), transaction.atomic():
        Recommendation.objects.filter(pk=advice.pk)._raw_delete("default")
    with acting(people.olivia):
        audit = reporting.acknowledge(actor=people.olivia, audit_id=seat.audit_id)
    with refused("outside_report_stays"), transaction.atomic():
        rows.update(followed_by=audit, acknowledged_by=people.otto)


def test_what_is_refused_before_a_report_is_handed_in(people: SimpleNamespace) -> None:
    seat = making.seated(people)
    making.uploaded(seat)
    report = OutsideReport.objects.get()
    usual: dict[str, Any] = {"report": report, "number": 1, "severity": "audit.major", "by": seat.person}
    with refused("recommendation_severity_known"), transaction.atomic():
        Recommendation.objects.create(**usual | {"severity": "else"})
    Recommendation.objects.create(**usual)
    with refused("recommendation_once"), transaction.atomic():
        Recommendation.objects.create(**usual)
