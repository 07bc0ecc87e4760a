"""An officer who is the person of a conduct case reads the log as everybody who reviews it, without that
case: on no page, in no number and in no file, by no filter, before it is told and ever after."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from audit.query import LogFilter
from compliance.anomalies.models import Finding
from compliance.conduct.codes import Measure, State
from compliance.conduct.deciding import reply
from compliance.conduct.models import ConductCase
from compliance.conduct.texts import conduct_keys
from compliance.dashboard.charts import charts_for
from compliance.review.signing import stretch_of
from compliance.speakup.access import PROTECTED_ACT
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.staffsessions.models import StaffSession
from tests.cast import client_of
from tests.compliance.conduct.making import opened, voted
from tests.compliance.speakup import making as speakup
from tests.vault.records.makers import acting

pytestmark = pytest.mark.django_db


def case_of_otto(people: SimpleNamespace, **other: Any) -> ConductCase:
    """Opened by olivia, whose page of it lea looked at, and decided by lea and lin."""
    named = {"person": people.otto, "first": people.lea, "second": people.lin, "appeal_by": people.ming}
    return opened(people, **named | other)


@pytest.fixture
def case(people: SimpleNamespace) -> ConductCase:
    made = case_of_otto(people)
    with acting(people.otto):
        reply(actor=people.otto, case_id=made.pk, words="是为了核对。")
    client_of(people.lea).get(reverse("compliance:conduct_case", args=[made.pk]))
    for decider in (people.lea, people.lin):
        voted(decider, made, Measure.WARNING)
    made.refresh_from_db()
    assert made.state == State.DECIDED
    return made


def about(case: ConductCase) -> list[LogEntry]:
    found = list(LogEntry.objects.filter(object_id=case.pk))
    assert {Action.CONDUCT_OPEN, Action.CONDUCT_VOTE, Action.CONDUCT_DECIDE} <= {one.action for one in found}
    return found


def body(answer: Any) -> str:
    parts = answer.streaming_content if answer.streaming else [answer.content]
    return b"".join(parts).decode()


def test_attack_the_list_by_every_filter(people: SimpleNamespace, case: ConductCase) -> None:
    today = timezone.localdate().isoformat()
    asked = [
        f"object={case.pk}",
        f"action=conduct.*&since={today}",
        f"action=conduct.decide&since={today}",
        f"client={people.otto.pk}&since={today}",
        f"client={case.pk}",
        f"person={people.olivia.pk}&since={today}",
        *{f"request={one.request}" for one in about(case) if one.request},
    ]
    for query in asked:
        address = f"{reverse('compliance:log')}?{query}"
        for user, sees in ((people.olivia, True), (people.aud, True), (people.otto, False)):
            rows = client_of(user).get(address).context["page"].rows
            assert any(row.object_id == case.pk for row in rows) == sees, (query, user.username)


@pytest.mark.parametrize("written", ["csv", "jsonl", "ocsf"])
def test_attack_the_export(people: SimpleNamespace, case: ConductCase, written: str) -> None:
    address = f"{reverse('compliance:log_export')}?object={case.pk}&format={written}"
    wanted = [str(one.pk) for one in about(case)]
    seen, hidden = body(client_of(people.olivia).get(address)), body(client_of(people.otto).get(address))
    assert all(one in seen for one in wanted)
    assert not any(one in hidden for one in wanted)


def test_attack_one_entry_its_proof_and_its_reason(people: SimpleNamespace, case: ConductCase) -> None:
    browser = client_of(people.otto)
    for one in about(case):
        for name in ("log_entry", "entry_proof"):
            assert browser.get(reverse(f"compliance:{name}", args=[one.pk])).status_code == 404
        assert browser.post(reverse("compliance:log_reason", args=[one.pk])).status_code == 404
        mask = reverse("compliance:log_mask", args=[one.pk, people.otto.pk])
        assert browser.post(mask).status_code == 404
    shown = reverse("compliance:log_entry", args=[about(case)[0].pk])
    assert client_of(people.olivia).get(shown).status_code == 200


def test_attack_the_numbers(people: SimpleNamespace, case: ConductCase) -> None:
    """Charts of the desk and of the day, and the counts of a person's day."""
    entries = about(case)
    drawn = f"{reverse('compliance:log_charts')}?object={case.pk}"
    assert client_of(people.olivia).get(drawn).context["charts"].total == len(entries)
    assert client_of(people.otto).get(drawn).context["charts"].total == 0
    seen, hidden = charts_for(people.olivia)[0].total, charts_for(people.otto)[0].total
    assert seen - hidden == len(entries)
    of_lea = sum(one.actor == people.lea.pk for one in entries)
    day = reverse("compliance:log_today", args=[people.lea.pk])
    counts = [
        sum(one.count for one in client_of(user).get(day).context["found"].sessions)
        for user in (people.olivia, people.otto)
    ]
    assert counts[0] - counts[1] == of_lea > 0


def test_attack_a_day_and_a_life(people: SimpleNamespace, case: ConductCase) -> None:
    """The page of a client's life takes any id: also that of the person, or of the case."""
    for whose in (people.olivia, people.lea, people.lin):
        address = reverse("compliance:log_today", args=[whose.pk])
        for user, sees in ((people.aud, True), (people.otto, False)):
            rows = client_of(user).get(address).context["found"].entries
            assert any(row.object_id == case.pk for row in rows) == sees, whose.username
    for whom in (people.otto.pk, case.pk):
        address = reverse("compliance:log_client", args=[whom])
        assert _told(people.olivia, address)
        assert not _told(people.otto, address)


def _told(user: User, address: str) -> list[str]:
    stages = client_of(user).get(address).context["stages"]
    return [code for _stage, actions in stages for _label, code, _n in actions if code.startswith("conduct.")]


def test_attack_a_saved_view(people: SimpleNamespace, case: ConductCase) -> None:
    browser = client_of(people.otto)
    kept = browser.post(reverse("compliance:log_view_save"), {"name": "mine", "address": f"object={case.pk}"})
    assert browser.get(kept["Location"]).context["page"].rows == []


def test_attack_a_finding_and_its_entries(people: SimpleNamespace, case: ConductCase) -> None:
    entries = about(case)
    finding = Finding.objects.create(
        rule="denied_burst",
        version=0,
        about=str(people.lea.pk),
        person_id=people.lea.pk,
        day=timezone.localdate(),
        measure=len(entries),
        limit=1,
        entries=[one.pk for one in entries],
        entry_count=len(entries),
        last_at=timezone.now(),
    )
    address = reverse("compliance:watch_finding", args=[finding.pk])
    assert len(client_of(people.olivia).get(address).context["lines"]) == len(entries)
    assert client_of(people.otto).get(address).context["lines"] == []


def test_attack_the_staff_session_of_a_decider(people: SimpleNamespace) -> None:
    """Officers read what administrators did: one who decides, decides in a session of that kind."""
    made = case_of_otto(people, second=people.ada)
    with acting(people.otto):
        reply(actor=people.otto, case_id=made.pk, words="是为了核对。")
    browser = client_of(people.ada)
    sent = {"measure": Measure.WARNING.value, "words": "事实清楚。"}
    assert browser.post(reverse("compliance:conduct_vote", args=[made.pk]), sent).status_code == 302
    session = StaffSession.objects.get(person=people.ada, ended_at__isnull=True)
    shown, listed = reverse("people:staff_session", args=[session.pk]), reverse("people:staff_sessions")
    changes = []
    for user, sees in ((people.olivia, True), (people.otto, False)):
        rows = client_of(user).get(shown).context["page"].rows
        assert any(row.object_id == made.pk for row in rows) == sees
        [row] = [one for one in client_of(user).get(listed).context["page"].rows if one.pk == session.pk]
        changes.append(row.changes)
    assert changes[0] > changes[1]


def test_attack_a_count_of_a_sign_off(people: SimpleNamespace) -> None:
    """What is signed off is the same with and without the case, for whomever it is about."""
    now = timezone.now()
    filters = LogFilter(
        since=now - timedelta(hours=1), until=now + timedelta(hours=1), person=people.olivia.pk
    )
    with acting(people.olivia):
        conduct_keys()
    with acting(people.otto):
        before = stretch_of(people.otto, filters)
    made = case_of_otto(people)
    assert LogEntry.objects.filter(object_id=made.pk, actor=people.olivia.pk).exists()
    with acting(people.otto):
        after = stretch_of(people.otto, filters)
    assert (after.entries, after.digest) == (before.entries, before.digest)


def test_attack_a_case_that_is_held_for_a_protected_reporter(people: SimpleNamespace) -> None:
    """The person is told nothing yet: the log does not tell it either, nor of what was asked for."""
    report, _code = speakup.reported()
    speakup.protected(report, people.otto, people.olivia)
    made = case_of_otto(people)
    assert made.state == State.HELD
    request = ApprovalRequest.objects.get(action=PROTECTED_ACT, params__case=str(made.pk))
    assert LogEntry.objects.filter(object_id=request.pk).exists()

    def objects(user: User) -> set[UUID | None]:
        address = f"{reverse('compliance:log')}?person={people.olivia.pk}"
        return {row.object_id for row in client_of(user).get(address).context["page"].rows}

    assert {made.pk, request.pk} <= objects(people.aud)
    assert not {made.pk, request.pk} & objects(people.otto)


def test_of_the_cases_of_others_everything_is_shown(people: SimpleNamespace) -> None:
    made = opened(people)
    address = f"{reverse('compliance:log')}?object={made.pk}"
    assert client_of(people.otto).get(address).context["page"].rows
