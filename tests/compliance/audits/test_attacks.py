"""What nobody may do to an audit, by the services and by SQL."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from audit.refusals import Refused
from compliance.audits import answering, closing, findings, planning
from compliance.audits.codes import ActionState, Method, Result, Scope, State
from compliance.audits.followup import AuditFinding, AuditText, CorrectiveAction
from compliance.audits.models import (
    Audit,
    AuditEvidence,
    AuditItem,
    AuditKeys,
    AuditMember,
    AuditPolicy,
    ChecklistVersion,
    Measurement,
)
from tests.cast import client_of
from tests.compliance.audits import making
from tests.vault.records.makers import acting, book_of, let_in
from vault.records.errors import NotPossible

pytestmark = pytest.mark.django_db


def stopped(name: str, change: Any) -> None:
    """The database refuses the change, by a constraint or trigger of this name."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        change()
    told = getattr(refused.value.__cause__, "diag", None)
    assert name in f"{refused.value} {told and told.constraint_name}"


def deleted(row: Any) -> None:
    """By SQL, which asks no model."""
    with connection.cursor() as cursor:
        cursor.execute(f"delete from {row._meta.db_table} where id = %s", [row.pk])


def test_attack_the_owner_verifies_their_own_action(people: SimpleNamespace) -> None:
    finding = making.found(making.by_hand(making.running(people)))
    action = making.done(making.to_do(finding, people.otto))  # an officer, who may verify others'
    with acting(people.otto), pytest.raises(Refused):
        findings.verify(actor=people.otto, action_id=action.pk)
    rows = CorrectiveAction.objects.filter(pk=action.pk)
    now = timezone.now()
    stopped(
        "corrective_action_verified_by_another",
        lambda: rows.update(state="verified", verified_by=people.otto, verified_at=now),
    )


def test_attack_who_did_it_verifies_it_after_giving_it_to_another(people: SimpleNamespace) -> None:
    """It was done by Otto and is Ming's now: Otto stays out all the same."""
    finding = making.found(making.by_hand(making.running(people)))
    action = making.done(making.to_do(finding, people.otto))
    with acting(people.ada), pytest.raises(Refused):
        findings.assign(actor=people.ada, action_id=action.pk, owner=people.ming)
    with acting(people.olivia), pytest.raises(NotPossible):
        findings.assign(actor=people.olivia, action_id=action.pk, owner=people.ming)
    CorrectiveAction.objects.filter(pk=action.pk).update(owner=people.ming)
    with acting(people.otto), pytest.raises(Refused):
        findings.verify(actor=people.otto, action_id=action.pk)


def test_attack_an_owner_gives_their_action_away(people: SimpleNamespace) -> None:
    action = making.to_do(making.found(making.by_hand(making.running(people))), people.otto)
    with acting(people.otto), pytest.raises(Refused):
        findings.assign(actor=people.otto, action_id=action.pk, owner=people.ming)
    with acting(people.olivia):
        findings.assign(actor=people.olivia, action_id=action.pk, owner=people.ming)
    action.refresh_from_db()
    assert action.owner == people.ming


def test_attack_an_auditor_owns_an_action_of_their_audit(people: SimpleNamespace) -> None:
    audit = making.running(people)
    finding = making.found(making.by_hand(audit))
    with pytest.raises(NotPossible, match="cannot own"):
        making.to_do(finding, people.olivia)
    plain = {"finding": finding, "due": timezone.localdate(), "made_by": people.otto}
    stopped("audit_independent", lambda: CorrectiveAction.objects.create(owner=people.olivia, **plain))
    making.to_do(finding, people.otto)
    stopped("audit_independent", lambda: AuditMember.objects.create(audit=audit, user=people.otto))
    with acting(people.otto), pytest.raises(NotPossible, match="own area"):
        planning.set_team(actor=people.otto, audit_id=audit.pk, team=[people.olivia, people.otto])


def test_attack_somebody_audits_their_own_book(people: SimpleNamespace) -> None:
    from people.roles.models import RoleCode
    from tests.cast import hold

    book = book_of(people.ming)
    hold(people.olivia, RoleCode.AGENT)
    let_in(book, people.olivia)
    for team in ({"lead": people.olivia}, {"team": (people.olivia,)}):
        with pytest.raises(NotPossible, match="own area"):
            making.planned(people, scope=Scope.BOOK, book=book, **team)


def test_attack_officers_audit_the_officers(people: SimpleNamespace) -> None:
    from people.roles.models import Role

    role = Role.objects.get(pk="compliance_officer")
    with pytest.raises(NotPossible, match="own area"):
        making.planned(people, scope=Scope.ROLE, role=role)
    audit = making.planned(people, scope=Scope.ROLE, role=role, team=())
    assert audit.lead == people.aud


def test_attack_an_auditor_outside_the_team_answers(people: SimpleNamespace) -> None:
    audit = making.running(people, team=())
    item = making.by_hand(audit)
    for actor in (people.olivia, people.otto, people.ming, people.ada):
        with acting(actor), pytest.raises(Refused):
            answering.answer(
                actor=actor, item_id=item.pk, result=Result.CONFORMING, method=Method.INTERVIEW, note=""
            )
        with acting(actor), pytest.raises(Refused):
            answering.measure(actor=actor, audit_id=audit.pk)
        with acting(actor), pytest.raises(Refused):
            closing.close(actor=actor, audit_id=audit.pk)


def test_attack_a_member_who_is_not_its_lead_closes_it(people: SimpleNamespace) -> None:
    audit = making.running(people)
    making.all_answered(audit)
    with acting(people.olivia), pytest.raises(Refused):
        closing.close(actor=people.olivia, audit_id=audit.pk)


def test_attack_the_lead_signs_off_their_own_report(people: SimpleNamespace) -> None:
    audit = making.closed(people, lead=people.olivia, team=(people.aud,))
    with acting(people.olivia), pytest.raises(Refused):
        closing.sign_off(actor=people.olivia, audit_id=audit.pk, seen=bytes(audit.digest))
    with acting(people.aud), pytest.raises(Refused):
        closing.sign_off(actor=people.aud, audit_id=audit.pk, seen=bytes(audit.digest))
    rows = Audit.objects.filter(pk=audit.pk)
    now = timezone.now()
    stopped(
        "audit_signed_by_another", lambda: rows.update(state="signed", signed_by=people.olivia, signed_at=now)
    )


def test_attack_a_result_is_changed_after_closing(people: SimpleNamespace) -> None:
    audit = making.closed(people)
    item = making.by_hand(audit)
    with pytest.raises(NotPossible, match="not running"):
        making.answered(item, Result.OBSERVATION)
    stopped("audit_is_closed", lambda: AuditItem.objects.filter(pk=item.pk).update(result=Result.OBSERVATION))
    stopped("audit_item_is_kept", lambda: deleted(item))
    measured = making.measured(audit, "log_signed")
    plain = {"item": measured, "figures": {}, "passed": True, "digest": b"0" * 32, "by": people.aud}
    stopped("audit_is_closed", lambda: Measurement.objects.create(**plain))
    link = {"item": item, "kind": "entry", "object_id": audit.pk, "digest": b"0" * 32, "by": people.aud}
    stopped("audit_is_closed", lambda: AuditEvidence.objects.create(**link))
    stopped("audit_is_closed", lambda: AuditMember.objects.create(audit=audit, user=people.ming))


def test_attack_a_finding_is_changed_or_removed(people: SimpleNamespace) -> None:
    audit = making.running(people)
    finding = making.found(making.by_hand(audit))
    stopped("is final", lambda: AuditFinding.objects.update(severity=Result.MINOR))
    stopped("is final", lambda: deleted(finding))
    stopped("is final", lambda: AuditText.objects.filter(about=finding.pk).delete())
    making.to_do(finding, people.ming)
    making.all_answered(audit)
    with acting(people.aud):
        closing.close(actor=people.aud, audit_id=audit.pk)
    with acting(people.aud), pytest.raises(NotPossible):
        findings.record_finding(
            actor=people.aud, item_id=finding.item_id, severity=Result.MAJOR, texts=making.SAID
        )
    plain = {"item": finding.item, "severity": Result.MINOR, "made_by": people.aud}
    stopped("audit_is_closed", lambda: AuditFinding.objects.create(**plain))


def test_attack_what_the_system_measured_is_edited_or_passed_over(people: SimpleNamespace) -> None:
    audit = making.running(people)
    item = making.measured(audit, "log_signed")  # no month of the test house was signed off
    with pytest.raises(NotPossible, match="measured first"):
        making.answered(item)
    with acting(people.aud):
        answering.measure(actor=people.aud, audit_id=audit.pk)
    assert not answering.newest(item).passed
    stopped("is final", lambda: Measurement.objects.filter(item=item).update(passed=True))
    stopped("is final", lambda: Measurement.objects.filter(item=item).delete())
    with pytest.raises(NotPossible, match="explain"):
        making.answered(item)
    making.answered(item, note="新装系统，尚无一个月")
    strict = making.measured(audit, "exports_without_officer")
    Measurement.objects.create(item=strict, figures={}, passed=False, digest=b"0" * 32, by=people.aud)
    with pytest.raises(NotPossible, match="must not happen"):
        making.answered(strict, note="例外")
    making.answered(strict, Result.MAJOR)


def test_attack_a_judgement_outlives_figures_that_turned_bad(people: SimpleNamespace) -> None:
    audit = making.running(people)
    item = making.measured(audit, "log_signed")
    Measurement.objects.create(item=item, figures={}, passed=True, digest=b"0" * 32, by=people.aud)
    making.answered(item)
    with acting(people.aud):
        answering.measure(actor=people.aud, audit_id=audit.pk)
    item.refresh_from_db()
    assert item.result == ""


def test_attack_steps_are_skipped_by_sql(people: SimpleNamespace) -> None:
    audit = making.planned(people)
    rows, now = Audit.objects.filter(pk=audit.pk), timezone.now()
    stopped("audit_step_known", lambda: rows.update(state="closed", closed_at=now, digest=b"0" * 32))
    stopped("audit_plan_stays", lambda: rows.update(lead=people.ming))
    stopped("audit_plan_stays", lambda: rows.update(period_from=audit.period_from + making.DAY))
    stopped("audit_is_kept", lambda: deleted(audit))
    stopped("audit_lead_stays", AuditMember.objects.filter(user=people.aud).delete)
    item = making.by_hand(audit)
    stopped("audit_is_closed", lambda: AuditItem.objects.filter(pk=item.pk).update(method="audit.interview"))


def test_attack_a_signed_report_is_opened_or_exchanged_by_sql(people: SimpleNamespace) -> None:
    audit = making.closed(people)
    rows, now = Audit.objects.filter(pk=audit.pk), timezone.now()
    stopped(
        "audit_digest_stays",
        lambda: rows.update(state="signed", signed_by=people.otto, signed_at=now, digest=b"1" * 32),
    )
    with acting(people.otto):
        closing.sign_off(actor=people.otto, audit_id=audit.pk, seen=bytes(audit.digest))
    stopped("audit_is_over", lambda: rows.update(state="running"))
    with acting(people.otto), pytest.raises(NotPossible):
        closing.send_back(actor=people.otto, audit_id=audit.pk, why="晚了")


def test_attack_an_action_skips_its_steps(people: SimpleNamespace) -> None:
    audit = making.running(people)
    action = making.to_do(making.found(making.by_hand(audit)), people.ming)
    rows, now = CorrectiveAction.objects.filter(pk=action.pk), timezone.now()
    done = {"done_by": people.ming, "done_at": now}
    looked = {"verified_by": people.otto, "verified_at": now}
    stopped("corrective_action_step_known", lambda: rows.update(state="verified", **done, **looked))
    stopped("corrective_action_done_by_somebody", lambda: rows.update(state="done"))
    stopped("corrective_action_day_stays", lambda: rows.update(due=action.due + making.DAY))
    stopped("corrective_action_is_kept", lambda: deleted(action))
    with acting(people.otto), pytest.raises(NotPossible):
        findings.verify(actor=people.otto, action_id=action.pk)
    making.verified(making.done(action), people.otto)
    stopped(
        "corrective_action_is_over", lambda: rows.update(state="open", verified_by=None, verified_at=None)
    )
    for again in (making.done, lambda one: making.verified(one, people.olivia)):
        with pytest.raises((NotPossible, Refused)):
            again(action)


def test_attack_an_agent_says_that_anothers_action_is_done(people: SimpleNamespace) -> None:
    action = making.to_do(making.found(making.by_hand(making.running(people))), people.ming)
    for actor in (people.lin, people.otto, people.aud):
        with acting(actor), pytest.raises(Refused):
            findings.say_done(actor=actor, action_id=action.pk, done="已完成")


def test_attack_mass_assignment(people: SimpleNamespace) -> None:
    """Fields that a form does not show are not taken in, whatever is sent."""
    audit = making.running(people)
    item = making.by_hand(audit)
    sent = {"result": Result.CONFORMING.value, "method": Method.INTERVIEW.value, "note": ""}
    more = {"judged_by": people.ada.pk, "text_en": "changed", "audit": "x", "state": "signed"}
    client_of(people.aud).post(reverse("compliance:audit_answer", args=[item.pk]), sent | more)
    item.refresh_from_db()
    assert (item.result, item.judged_by) == (Result.CONFORMING, people.aud)
    assert item.text_en != "changed"
    finding = making.found(item)
    action = making.to_do(finding, people.ming)
    address = reverse("compliance:audit_action_done", args=[action.pk])
    client_of(people.ming).post(
        address, {"done": "已补签", "state": "verified", "verified_by": people.otto.pk}
    )
    action.refresh_from_db()
    assert (action.state, action.verified_by) == (ActionState.DONE, None)
    plan = {"title": "计划", "scope": "house", "basis": "audit.regular", "lead": people.aud.pk}
    days = {name: getattr(audit, name) for name in ("period_from", "period_to", "planned_from", "planned_to")}
    sent = plan | days | {"state": "signed", "signed_by": people.otto.pk, "made_by": people.ada.pk}
    client_of(people.olivia).post(reverse("compliance:audit_new"), sent)
    made = Audit.objects.get(title="计划")
    assert (made.state, made.made_by, made.signed_by) == (State.PLANNED, people.olivia, None)


def test_attack_nobody_records_a_finding_about_themselves(people: SimpleNamespace) -> None:
    item = making.by_hand(making.running(people))
    making.answered(item, Result.MAJOR)
    with acting(people.olivia), pytest.raises(NotPossible, match="themselves"):
        findings.record_finding(
            actor=people.olivia,
            item_id=item.pk,
            severity=Result.MAJOR,
            texts=making.SAID,
            person=people.olivia,
        )
    plain = {"item": item, "severity": Result.MAJOR, "made_by": people.olivia}
    stopped(
        "audit_finding_not_about_oneself", lambda: AuditFinding.objects.create(person=people.olivia, **plain)
    )
    both = {"book": book_of(people.ming), "person": people.ming}
    stopped("audit_finding_concerns_one_thing", lambda: AuditFinding.objects.create(**both, **plain))
    wrong = plain | {"severity": Result.CONFORMING}
    stopped("audit_finding_severity_known", lambda: AuditFinding.objects.create(**wrong))


def test_a_refusal_is_in_the_log(people: SimpleNamespace) -> None:
    audit = making.planned(people)
    begin = reverse("compliance:audit_begin", args=[audit.pk])
    assert client_of(people.olivia).post(begin).status_code == 404
    entry = LogEntry.objects.filter(object_id=audit.pk, actor=people.olivia.pk).latest("at")
    assert (entry.action, entry.result) == ("audit.begin", "refused")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("audit_policy_two_years_at_most", {"months": 25}),
        ("audit_policy_two_years_at_most", {"months": 0}),
        ("audit_policy_reminds", {"remind_days": 0}),
        ("audit_policy_escalates", {"escalate_days": 31}),
        ("audit_policy_one_row", {"one_row": False}),
    ],
)
def test_the_rule_of_the_house(people: SimpleNamespace, name: str, values: dict[str, Any]) -> None:
    stopped(name, lambda: AuditPolicy.objects.create(**values))


def test_other_constraints(people: SimpleNamespace) -> None:
    audit = making.planned(people)
    plain = {
        name: getattr(audit, name)
        for name in ("title", "scope", "basis", "period_from", "period_to", "planned_from", "planned_to")
    } | {"lead": people.aud, "made_by": people.otto, "checklist": audit.checklist}

    def made(name: str, **other: Any) -> None:
        keys = {"compartment": audit.compartment, "key_id": audit.key_id + 1_000_000}
        stopped(name, lambda: Audit.objects.create(**plain | keys | other))

    made("audit_has_a_title", title="")
    made("audit_scope_names_its_object", scope="book")
    made("audit_scope_names_its_object", book=book_of(people.ming))
    made("audit_basis_known", basis="x")
    made("audit_state_known", state="x")
    made("audit_period_in_order", period_from=audit.planned_to)
    made("audit_dates_in_order", planned_to=audit.planned_from - making.DAY)
    made("audit_looks_back", period_to=audit.planned_to)
    made("audit_closed_with_a_digest", state="closed")
    made("audit_signed_by_somebody", state="signed", closed_at=timezone.now(), digest=b"0" * 32)
    member = audit.members.all()[0]
    stopped("audit_member_once", lambda: AuditMember.objects.create(audit=audit, user=member.user))
    asked = {"audit": audit, "number": 500, "area": "log", "kind": "hand", "text_zh": "问", "text_en": "q"}
    for name, other in (
        ("audit_item_once", {"number": 1}),
        ("audit_item_area_known", {"area": "x"}),
        ("audit_item_method_known", {"method": "x"}),
        ("audit_item_result_known", {"result": "x", "judged_by": people.aud, "judged_at": timezone.now()}),
        ("audit_item_kind_fits", {"measure": "x"}),
        ("audit_item_judged_by_somebody", {"result": Result.MINOR.value}),
    ):
        stopped(name, lambda other=other: AuditItem.objects.create(**asked | other))
    stopped("checklist_version_from_one", lambda: ChecklistVersion.objects.create(number=0, questions=[{}]))
    stopped(
        "checklist_version_asks_something", lambda: ChecklistVersion.objects.create(number=9, questions=[])
    )
    stopped("is final", lambda: ChecklistVersion.objects.update(questions=[{}]))
    stopped(
        "audit_keys_one_row", lambda: AuditKeys.objects.create(one_row=False, compartment=audit.pk, key_id=1)
    )
    run = making.running(people, title="运行中")
    link = {"item": making.by_hand(run), "object_id": run.pk, "digest": b"0" * 32, "by": people.aud}
    stopped("audit_evidence_known", lambda: AuditEvidence.objects.create(kind="x", **link))
    AuditEvidence.objects.create(kind="entry", **link)
    stopped("audit_evidence_once", lambda: AuditEvidence.objects.create(kind="entry", **link))
    action = making.to_do(making.found(making.by_hand(run)), people.ming)
    rows = CorrectiveAction.objects.filter(pk=action.pk)
    stopped("corrective_action_step_known", lambda: rows.update(state="x"))
    stopped("corrective_action_verified_by_somebody", lambda: rows.update(verified_by=people.otto))
