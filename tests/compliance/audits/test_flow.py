"""An audit from its plan to the signed report, and what goes on after it."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone, translation

from audit.actions import Action, Result
from audit.entry import canonical
from audit.models import LogEntry
from compliance.audits import answering, checklist, closing, findings, planning
from compliance.audits.codes import ActionState, Area, Method, Scope, State
from compliance.audits.codes import Result as Judged
from compliance.audits.followup import AuditText
from compliance.audits.models import Measurement
from compliance.audits.report import as_csv, digest_of, report_of
from compliance.audits.shipped import shipped
from tests.compliance.audits import making
from tests.vault.records.makers import acting, book_of, let_in
from vault.records.errors import NotPossible

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_from_plan_to_signed_report_each_step_has_its_entry(people: SimpleNamespace) -> None:
    audit = making.signed(people)
    assert (audit.state, audit.signed_by) == (State.SIGNED, people.otto)
    about = LogEntry.objects.filter(object_id=audit.pk, result=Result.DONE)
    said = set(about.values_list("action", flat=True))
    assert said >= {Action.AUDIT_PLAN, Action.AUDIT_BEGIN, Action.AUDIT_CLOSE, Action.AUDIT_SIGN}
    digest = bytes(audit.digest).hex()
    assert about.get(action=Action.AUDIT_SIGN).fields == [
        f"digest.{digest[:32]}",
        f"digest_end.{digest[32:]}",
    ]


def test_the_follow_up_goes_on_after_the_report_is_signed(people: SimpleNamespace) -> None:
    audit = making.running(people)
    finding = making.found(making.by_hand(audit))
    action = making.to_do(finding, people.ming)
    making.all_answered(audit)
    with acting(people.aud):
        audit = closing.close(actor=people.aud, audit_id=audit.pk)
    with acting(people.otto):
        closing.sign_off(actor=people.otto, audit_id=audit.pk, seen=bytes(audit.digest))
    making.done(action)
    with acting(people.olivia):
        findings.send_back(actor=people.olivia, action_id=action.pk, why="缺附件")
    action.refresh_from_db()
    assert (action.state, action.sent_back) == (ActionState.OPEN, 1)
    making.verified(making.done(action), people.olivia)
    action.refresh_from_db()
    assert (action.state, action.verified_by) == (ActionState.VERIFIED, people.olivia)
    audit.refresh_from_db()
    assert digest_of(report_of(audit)) == bytes(audit.digest)  # it is of the report, not of its follow-up


def test_a_report_is_not_closed_while_anything_is_missing(people: SimpleNamespace) -> None:
    audit = making.running(people)

    def refused() -> closing.Missing:
        with acting(people.aud), pytest.raises(NotPossible, match="cannot be closed"):
            closing.close(actor=people.aud, audit_id=audit.pk)
        return closing.missing_of(audit)

    assert refused().unanswered == audit.items.count()
    making.all_answered(audit)
    item = making.by_hand(audit)
    making.answered(item, Judged.MAJOR)
    assert refused() == closing.Missing(0, 0, without_finding=1, without_action=0)
    with acting(people.aud):
        finding = findings.record_finding(
            actor=people.aud, item_id=item.pk, severity=Judged.MAJOR, texts=making.SAID
        )
    assert refused() == closing.Missing(0, 0, 0, without_action=1)
    making.to_do(finding, people.lin)
    assert not closing.missing_of(audit)
    with acting(people.aud):
        closing.close(actor=people.aud, audit_id=audit.pk)


def test_a_stale_measurement_keeps_it_open(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = making.running(people)
    making.all_answered(audit)
    count = audit.items.exclude(measure="").count()
    monkeypatch.setattr(closing, "FRESH", timedelta(0))
    assert closing.missing_of(audit).stale == count
    with acting(people.aud), pytest.raises(NotPossible, match="too old"):
        closing.close(actor=people.aud, audit_id=audit.pk)


def test_an_officer_who_does_not_sign_sends_it_back_and_it_is_closed_anew(people: SimpleNamespace) -> None:
    audit = making.closed(people)
    before = bytes(audit.digest)
    with acting(people.otto):
        closing.send_back(actor=people.otto, audit_id=audit.pk, why="第三题没有依据")
    item = making.by_hand(audit)
    making.answered(item, Judged.OBSERVATION, "已补充")
    with acting(people.aud):
        audit = closing.close(actor=people.aud, audit_id=audit.pk)
    assert bytes(audit.digest) != before
    with acting(people.otto), pytest.raises(NotPossible, match="as it was shown"):
        closing.sign_off(actor=people.otto, audit_id=audit.pk, seen=before)


def test_the_report_says_everything_and_nobodys_data(people: SimpleNamespace) -> None:
    audit = making.running(people)
    item = making.by_hand(audit)
    entry = LogEntry.objects.latest("at")
    with acting(people.aud):
        answering.add_evidence(
            actor=people.aud, item_id=item.pk, kind=answering.EvidenceKind.ENTRY, object_id=entry.pk
        )
    making.answered(item, note="张三丰说没有事由")
    making.all_answered(audit)
    with acting(people.aud):
        audit = closing.close(actor=people.aud, audit_id=audit.pk)
    facts = report_of(audit)
    text = canonical(facts).decode() + as_csv(facts)
    for name in ("张三丰", *(one.display_name for one in (people.aud, people.olivia, people.ming))):
        assert name not in text
    [said] = [one for one in facts["items"] if one["number"] == item.number]
    assert said["evidence"][0]["id"] == str(entry.pk)
    assert len(said["note"]) == 64  # a digest of sealed bytes
    assert len(as_csv(facts).splitlines()) == 1 + audit.items.count()
    assert json.loads(canonical(facts)) == facts


def test_words_lie_sealed_and_are_opened_under_an_entry_that_names_the_audits_key(
    people: SimpleNamespace,
) -> None:
    from compliance.audits.texts import reading, texts_of
    from vault.sealed.context import Sealed

    audit = making.running(people)
    finding = making.found(making.by_hand(audit))
    row = AuditText.objects.filter(about=finding.pk)[0]
    with pytest.raises(Sealed):
        _ = row.text
    with acting(people.olivia), reading([audit], Action.AUDIT_VIEW):
        assert texts_of([audit])[finding.pk]["found"] == making.SAID["found"]
    entry = LogEntry.objects.filter(action=Action.AUDIT_VIEW, actor=people.olivia.pk).latest("at")
    assert audit.key_id in entry.keys


def test_another_checklist_leaves_a_planned_audit_alone(people: SimpleNamespace) -> None:
    audit = making.planned(people)
    asked = list(audit.items.values_list("text_en", flat=True))
    assert len(asked) == len(shipped())
    with acting(people.otto):
        added = checklist.add_question(
            actor=people.otto,
            area=Area.LOG,
            method=Method.INTERVIEW,
            zh="谁保管钥匙？",
            en="Who keeps the keys?",
        )
        dropped = next(at for at, one in enumerate(added.questions) if one["kind"] == "hand")
        checklist.drop_question(actor=people.otto, version=added.number, place=dropped)
        measured = next(at for at, one in enumerate(added.questions) if one["kind"] == "measured")
        with pytest.raises(NotPossible, match="measures"):
            checklist.drop_question(actor=people.otto, version=added.number + 1, place=measured)
    assert list(audit.items.values_list("text_en", flat=True)) == asked
    newer = making.planned(people, title="另一次")
    assert "Who keeps the keys?" in newer.items.values_list("text_en", flat=True)
    assert newer.checklist_id == 3


def test_the_shipped_checklist_covers_each_area_in_both_languages() -> None:
    found = shipped()
    assert {one["area"] for one in found} == set(Area.values)
    for one in found:
        assert any("一" <= sign <= "鿿" for sign in one["zh"]), one
        assert one["en"].isascii() or "“" in one["en"], one
    with translation.override("zh-hans"):
        assert shipped() == found


def test_nobody_leads_three_audits_of_one_thing_running(people: SimpleNamespace) -> None:
    first = making.planned(people)
    making.planned(people, title="第二次")
    with pytest.raises(NotPossible, match="two audits"):
        making.planned(people, title="第三次")
    book = book_of(people.ming)
    making.planned(people, scope=Scope.BOOK, book=book, title="另一范围")
    with acting(people.otto):
        planning.cancel(actor=people.otto, audit_id=first.pk)
    making.planned(people, title="第三次")


def test_an_auditor_who_joins_the_audited_book_is_out_of_the_audit(people: SimpleNamespace) -> None:
    from audit.refusals import Refused
    from people.roles.models import RoleCode
    from tests.cast import hold

    book = book_of(people.ming)
    audit = making.running(people, scope=Scope.BOOK, book=book, lead=people.olivia, team=(people.aud,))
    item = making.by_hand(audit)
    making.answered(item)
    hold(people.olivia, RoleCode.AGENT)
    let_in(book, people.olivia)
    with acting(people.olivia), pytest.raises(Refused):
        answering.answer(
            actor=people.olivia, item_id=item.pk, result=Judged.MINOR, method=Method.INSPECTION, note=""
        )


def test_an_audit_that_was_begun_is_cancelled_only_when_its_lead_is_gone(people: SimpleNamespace) -> None:
    from people.roles.models import RoleGrant

    audit = making.running(people)
    finding = making.found(making.by_hand(audit))
    action = making.to_do(finding, people.ming)
    with acting(people.otto), pytest.raises(NotPossible, match="still finish"):
        planning.cancel(actor=people.otto, audit_id=audit.pk)
    RoleGrant.objects.filter(user=people.aud).update(state="revoked", ended_at=timezone.now())
    with acting(people.otto):
        planning.cancel(actor=people.otto, audit_id=audit.pk)
    audit.refresh_from_db()
    assert audit.state == State.CANCELLED
    making.verified(making.done(action), people.otto)  # what was found goes on


def test_bad_plans_change_nothing(people: SimpleNamespace) -> None:
    today = timezone.localdate()
    wrong = [
        {"period_from": today, "period_to": today - DAY},
        {"planned_to": today - DAY},
        {"planned_from": today + DAY, "planned_to": today},
        {"period_to": today + DAY},
        {"period_to": today + 400 * DAY, "planned_from": today + 401 * DAY, "planned_to": today + 900 * DAY},
        {"period_from": today - 2000 * DAY},
        {"title": "标" * 81},
        {"title": "   "},
        {"title": "13800138000 的审计"},
        {"scope": Scope.BOOK},
        {"lead": people.ming},
        {"team": (people.lea,)},
        {"scope": Scope.ROLE, "role_id": None},
    ]
    for one in wrong:
        values = {name: value for name, value in one.items() if name != "role_id"}
        with pytest.raises(NotPossible):
            making.planned(people, **values)
    assert not making.Audit.objects.exists()
    assert not Measurement.objects.exists()


def test_an_audit_does_not_begin_before_its_period_is_over(people: SimpleNamespace) -> None:
    today = timezone.localdate()
    audit = making.planned(people, period_to=today)
    with acting(people.aud), pytest.raises(NotPossible, match="not over"):
        planning.begin(actor=people.aud, audit_id=audit.pk)


def test_too_long_words_change_nothing(people: SimpleNamespace) -> None:
    audit = making.running(people)
    item = making.by_hand(audit)
    with pytest.raises(NotPossible, match="2000"):
        making.answered(item, note="字" * 20_000)
    item.refresh_from_db()
    assert item.result == ""
    finding = making.found(item)
    with acting(people.aud), pytest.raises(NotPossible):
        findings.set_action(
            actor=people.aud,
            finding_id=finding.pk,
            owner=people.ming,
            due=timezone.localdate(),
            task="字" * 20_000,
        )
    for day in (timezone.localdate() - DAY, timezone.localdate() + 800 * DAY):
        with acting(people.aud), pytest.raises(NotPossible, match="within a year"):
            findings.set_action(
                actor=people.aud, finding_id=finding.pk, owner=people.ming, due=day, task="补签"
            )
    assert not finding.actions.exists()
