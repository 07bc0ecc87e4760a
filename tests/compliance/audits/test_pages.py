"""The pages: the checklist answered inline, what agents see, bad inputs, and what a page costs."""

from hashlib import sha256
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.models import LogEntry
from compliance.audits.codes import ActionState, Kind, Result, State
from compliance.audits.models import Audit, AuditEvidence
from tests.cast import client_of, code_of
from tests.compliance.audits import making
from tests.vault.records.makers import book_of

pytestmark = pytest.mark.django_db


def page(name: str, *args: object) -> str:
    return reverse(f"compliance:{name}", args=args)


def test_the_checklist_is_answered_inline_and_by_the_keyboards_plain_forms(people: SimpleNamespace) -> None:
    audit = making.planned(people)
    lead = client_of(people.aud)
    assert "Begin the audit" in lead.get(page("audit", audit.pk)).content.decode()
    assert "Begin the audit" not in client_of(people.olivia).get(page("audit", audit.pk)).content.decode()
    lead.post(page("audit_begin", audit.pk))
    lead.post(page("audit_measure", audit.pk))
    item = making.by_hand(audit)
    address = page("audit_answer", item.pk)
    shown = lead.get(page("audit", audit.pk)).content.decode()
    assert address in shown
    assert "months" in shown
    assert address not in client_of(people.otto).get(page("audit", audit.pk)).content.decode()
    answer = lead.post(
        address,
        {"result": Result.MAJOR.value, "method": "audit.sampling", "note": "张三丰的名单"},
        follow=True,
    )
    words = answer.content.decode()
    assert answer.redirect_chain[0][0].endswith(f"#q{item.number}")
    assert "张三丰的名单" in words
    assert page("audit_finding_new", item.pk) in words


def test_the_lead_closes_and_an_officer_signs_each_after_their_code(people: SimpleNamespace) -> None:
    audit = making.running(people)
    making.all_answered(audit)
    lead, officer = client_of(people.aud), client_of(people.otto)
    asked = lead.post(page("audit_close", audit.pk)).content.decode()
    assert "step_up_code" in asked
    assert Audit.objects.get(pk=audit.pk).state == State.RUNNING
    lead.post(page("audit_close", audit.pk), {"step_up_code": code_of(people.aud)})
    audit.refresh_from_db()
    assert audit.state == State.CLOSED
    report = officer.get(page("audit_report", audit.pk)).content.decode()
    digest = bytes(audit.digest).hex()
    assert digest in report
    sign = page("audit_sign", audit.pk)
    assert sign in report
    assert sign not in client_of(people.aud).get(page("audit_report", audit.pk)).content.decode()
    officer.post(sign, {"digest": digest})
    assert Audit.objects.get(pk=audit.pk).state == State.CLOSED
    officer.post(sign, {"digest": digest, "step_up_code": code_of(people.otto)})
    assert Audit.objects.get(pk=audit.pk).state == State.SIGNED
    taken = lead.get(page("audit_report_json", audit.pk)).content
    assert sha256(taken).hexdigest() == digest
    assert LogEntry.objects.filter(action="audit.report", object_id=audit.pk, fields=["json"]).exists()


def test_agents_see_what_is_theirs_and_nothing_of_the_audit(people: SimpleNamespace) -> None:
    audit = making.running(people)
    finding = making.found(making.by_hand(audit))
    mine, others = making.to_do(finding, people.ming), making.to_do(finding, people.lin)
    browser = client_of(people.ming)
    listed = browser.get(page("audit_mine")).content.decode()
    assert "补签事由" in listed
    assert making.SAID["found"] in listed
    shown = browser.get(page("audit_finding", finding.pk)).content.decode()
    assert page("audit_action_done", mine.pk) in shown
    assert people.lin.display_name not in shown
    assert page("audit", audit.pk) not in shown
    for hidden in (page("audits"), page("audit", audit.pk), page("audit_actions"), page("audit_rules")):
        assert browser.get(hidden).status_code == 404
    assert browser.post(page("audit_action_done", others.pk), {"done": "已补签"}).status_code == 404
    browser.post(page("audit_action_done", mine.pk), {"done": "已补签，见审批单"})
    mine.refresh_from_db()
    assert mine.state == ActionState.DONE
    assert browser.post(page("audit_action_verify", mine.pk)).status_code == 404
    officer = client_of(people.otto)
    assert (
        page("audit_action_verify", mine.pk)
        in officer.get(page("audit_finding", finding.pk)).content.decode()
    )
    officer.post(page("audit_action_return", mine.pk), {"why": "缺附件"})
    assert "缺附件" in browser.get(page("audit_finding", finding.pk)).content.decode()


def test_bad_inputs_get_a_clear_word_and_change_nothing(people: SimpleNamespace) -> None:
    today = timezone.localdate().isoformat()
    officer = client_of(people.olivia)
    good = {
        "title": "计划",
        "scope": "house",
        "basis": "audit.regular",
        "period_from": today,
        "period_to": today,
        "planned_from": today,
        "planned_to": today,
        "lead": people.aud.pk,
    }
    wrong = [
        {"title": ""},
        {"title": "标" * 800},
        {"scope": "planet"},
        {"period_from": "soon"},
        {"period_from": "2027-01-01"},
        {"period_to": "2999-12-31", "planned_from": "2999-12-31", "planned_to": "2999-12-31"},
        {"lead": uuid4()},
        {"lead": people.ming.pk},
        {"team": [people.ming.pk]},
        {"scope": "book", "book": uuid4()},
        {"scope": "deal"},
    ]
    for change in wrong:
        answer = officer.post(page("audit_new"), good | change)
        assert answer.status_code == 422, change
        assert "invalid-feedback" in answer.content.decode() or answer.context["form"].errors
    assert not Audit.objects.exists()
    audit = making.running(people)
    item, lead = making.by_hand(audit), client_of(people.aud)
    for sent in ({}, {"result": "fine"}, {"result": Result.CONFORMING.value, "note": "字" * 20_000}):
        lead.post(page("audit_answer", item.pk), sent)
    lead.post(page("audit_evidence", item.pk), {"kind": "entry", "object_id": uuid4()})
    lead.post(page("audit_evidence", item.pk), {"kind": "entry", "object_id": "x"})
    item.refresh_from_db()
    assert item.result == ""
    assert not AuditEvidence.objects.exists()
    for rule in ({"months": 25}, {"months": 0}, {"months": "x"}):
        officer.post(page("audit_rules"), {"remind_days": 30, "escalate_days": 7} | rule)
    assert 'value="12"' in officer.get(page("audit_rules")).content.decode()
    finding = making.found(item)
    for action in (
        {"owner": people.aud.pk},
        {"owner": people.olivia.pk},
        {"due": "2999-01-01"},
        {"task": ""},
    ):
        sent = {"owner": people.ming.pk, "due": today, "task": "补签"} | action
        lead.post(page("audit_action_set", finding.pk), sent)
    assert not finding.actions.exists()


def test_a_page_costs_the_same_however_much_there_is(people: SimpleNamespace) -> None:
    def cost(address: str, browser: object) -> int:
        browser.get(address)  # type: ignore[attr-defined]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(address).status_code == 200  # type: ignore[attr-defined]
        return len(queries)

    audit = making.running(people)
    hand = list(audit.items.filter(kind=Kind.HAND).select_related("audit__lead"))
    finding = making.found(hand[0])
    making.to_do(finding, people.ming)
    officer, agent = client_of(people.otto), client_of(people.ming)
    pages = [
        (page("audits"), officer),
        (page("audit", audit.pk), officer),
        (page("audit_actions"), officer),
        (page("audit_finding", finding.pk), officer),
        (page("audit_mine"), agent),
    ]
    before = [cost(*one) for one in pages]
    book = book_of(people.ming)
    for item in hand[1:4]:
        more = making.found(item, book=book)
        for owner in (people.ming, people.lin):
            making.to_do(more, owner)
    for _ in range(3):
        making.to_do(finding, people.lin)
    making.planned(people, title="另一次")
    assert [cost(*one) for one in pages] == before
