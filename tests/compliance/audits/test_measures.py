"""Each measure on records that are as they must be, and on records that are not."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry
from audit.log import record_read
from compliance.anomalies.models import Finding
from compliance.audits.measures import MEASURES, logs, records
from compliance.audits.measures.base import Answer, Measure, Measured, Period
from compliance.review.models import Drawn, Sample, SampleDraw, SampleRule, SampleState, SignOff
from people.accounts.models import Kind, User
from people.approvals.models import ApprovalDecision, ApprovalRequest, PreviewOpening, Verdict
from people.approvals.services import open_preview
from people.duties.models import NdaSignature
from people.roles.models import RoleCode
from tests.cast import client_of, person
from tests.compliance import world
from tests.compliance.review.entries import reveal
from tests.vault.disclosures.conftest import book
from tests.vault.disclosures.makers import ask, fill, made
from tests.vault.purposes.makers import said, told_book
from tests.vault.records.makers import acting, add
from vault.custody.models import RecoveryCopy, RecoveryDrill
from vault.records.labels import Field
from vault.records.models import ClientBook

__all__ = ["book"]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUSE = ZoneInfo(settings.TIME_ZONE)


def period(days: int = 30) -> Period:
    """So many days, today included."""
    today = timezone.localdate()
    return Period(today - days * DAY, today)


def measured(code: str, over: Period | None = None) -> tuple[bool, Mapping[str, int]]:
    found = MEASURES[code].measured(over or period())
    assert set(found.figures) == set(MEASURES[code].figures)
    return found.passed, found.figures


def test_accounts_dormant(people: SimpleNamespace) -> None:
    assert measured("accounts_dormant") == (True, {"accounts": 0, "dormant": 0})  # all are new
    User.objects.filter(pk=people.ming.pk).update(created_at=timezone.now() - 200 * DAY)
    assert measured("accounts_dormant") == (False, {"accounts": 1, "dormant": 1})
    client_of(people.ming)
    assert measured("accounts_dormant") == (True, {"accounts": 1, "dormant": 0})
    User.objects.filter(pk=people.lin.pk).update(
        created_at=timezone.now() - 200 * DAY, is_active=False, disabled_at=timezone.now()
    )
    assert measured("accounts_dormant") == (True, {"accounts": 1, "dormant": 0})


def test_undertakings_missing(people: SimpleNamespace) -> None:
    passed, figures = measured("undertakings_missing")
    assert (passed, figures["without"]) == (True, 0)
    person("newcomer")
    assert measured("undertakings_missing") == (False, {"people": figures["people"] + 1, "without": 1})
    person("guest", kind=Kind.OUTSIDE)
    assert measured("undertakings_missing")[1]["without"] == 1
    assert NdaSignature.objects.exists()


def test_approvals_quick(people: SimpleNamespace, book: ClientBook) -> None:
    assert measured("approvals_quick") == (True, {"decisions": 0, "quick": 0})
    fill(book, 1)
    export, today = ask(people.ming, people.lin), timezone.localdate()
    over = Period(today - DAY, today + DAY)  # ten seconds from now may be tomorrow
    with acting(people.lea):
        open_preview(actor=people.lea, request=ApprovalRequest.objects.get(pk=export.approval_id))
    opened = PreviewOpening.objects.get(request=export.approval_id).at
    ApprovalDecision.objects.create(
        request_id=export.approval_id,
        decider=people.lea,
        verdict=Verdict.APPROVE,
        reason="材料齐备",
        preview_opened_at=opened,
        decided_at=opened + timedelta(seconds=10),
    )
    assert measured("approvals_quick", over) == (True, {"decisions": 1, "quick": 0})
    made(ask(people.ming, people.lin), people.lea)
    assert measured("approvals_quick", over) == (False, {"decisions": 2, "quick": 1})


def test_exports_without_officer(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(book, 30)
    small = made(ask(people.ming, people.lin, fields=(Field.NAME,)), people.lea)
    assert small.built_at
    assert measured("exports_without_officer") == (
        True,
        {"exports": 1, "past_marks": 0, "without_officer": 0},
    )
    assert made(ask(people.ming, people.lin, priced=True), people.lea, people.olivia).built_at
    figures = {"exports": 2, "past_marks": 1, "without_officer": 0}
    assert measured("exports_without_officer") == (True, figures)
    # Its approvals are final and its gate holds: so it is measured as if officers were others than Olivia.
    monkeypatch.setattr(records, "APPROVES", RoleCode.AUDITOR)
    assert measured("exports_without_officer") == (False, figures | {"without_officer": 1})


def test_reveals_unexplained(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    before = measured("reveals_unexplained")[1]
    reveal(people.ming, uuid4())
    after = measured("reveals_unexplained")[1]
    assert (after["reveals"], after["unexplained"]) == (before["reveals"] + 1, before["unexplained"] + 1)
    monkeypatch.setattr(logs, "MOST_UNEXPLAINED", after["percent"])
    assert measured("reveals_unexplained")[0]
    monkeypatch.setattr(logs, "MOST_UNEXPLAINED", after["percent"] - 1)
    assert not measured("reveals_unexplained")[0]


def test_consents_withdrawn_used(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book, needs=("name", "phone"))
    client = add(book)
    said(client)
    reveal(people.ming, client.pk, purpose="marketing")
    assert measured("consents_withdrawn_used")[0]
    said(client, given=False)
    reveal(people.ming, client.pk, purpose="service")  # which no consent carries
    assert measured("consents_withdrawn_used")[0]
    reveal(people.ming, client.pk, purpose="marketing")  # as a gate with a hole would leave it
    passed, figures = measured("consents_withdrawn_used")
    assert (passed, figures["after_withdrawal"]) == (False, 1)
    said(client)
    reveal(people.ming, client.pk, purpose="marketing")
    assert measured("consents_withdrawn_used")[1]["after_withdrawal"] == 1


def test_destruction_overdue(people: SimpleNamespace) -> None:
    mine = world.book_of(people.ming)
    world.clients_in(mine, people.ming, 2, age=world.LONG_AGO)
    assert measured("destruction_overdue") == (True, {"due": 0, "overdue": 0})  # no rule lets them go
    world.rule_of(people.olivia)
    assert measured("destruction_overdue") == (False, {"due": 2, "overdue": 2})


def _signed(officer: User, address: str, since: date, until: date) -> None:
    """Signed off from the first moment of one day to the first of another."""
    SignOff.objects.create(
        officer=officer,
        address=address,
        since=datetime.combine(since, time.min, HOUSE),
        until=datetime.combine(until, time.min, HOUSE),
        entries=0,
        explained=0,
        unread=0,
        digest=b"0" * 32,
        signed_at=timezone.now(),
    )


def test_log_signed(people: SimpleNamespace) -> None:
    """October and September are looked at; a gap of a day or a filtered view leaves a month unsigned."""
    over = Period(date(2026, 9, 1), date(2026, 10, 31))
    whole, officer = "since=2026-09-01&until=2026-10-31", people.olivia
    assert measured("log_signed", over) == (False, {"months": 2, "signed": 0, "unsigned": 2})
    _signed(officer, f"result=refused&{whole}", date(2026, 9, 1), date(2026, 11, 1))
    assert measured("log_signed", over)[1]["signed"] == 0
    _signed(officer, whole, date(2026, 9, 1), date(2026, 10, 15))
    _signed(people.otto, whole, date(2026, 10, 16), date(2026, 11, 1))
    assert measured("log_signed", over) == (False, {"months": 2, "signed": 1, "unsigned": 1})
    _signed(officer, whole, date(2026, 10, 10), date(2026, 10, 20))
    assert measured("log_signed", over) == (True, {"months": 2, "signed": 2, "unsigned": 0})


def test_samples_unanswered(people: SimpleNamespace) -> None:
    rule = SampleRule.objects.create(drawn=Drawn.REVEALS, per_week=1)
    drawn = SampleDraw.objects.create(rule=rule, week=date(2026, 11, 16), seed=b"1" * 32, population=1)
    late = timezone.now() - timedelta(minutes=1)
    asked = Sample.objects.create(draw=drawn, entry=uuid4(), client=uuid4(), reader=people.ming, due_at=late)
    assert measured("samples_unanswered") == (False, {"drawn": 1, "unanswered": 1})
    Sample.objects.filter(pk=asked.pk).update(due_at=timezone.now() + DAY)
    assert measured("samples_unanswered") == (True, {"drawn": 1, "unanswered": 0})
    assert asked.state == SampleState.ASKED


def test_findings_waiting(people: SimpleNamespace) -> None:
    plain = {"rule": "x", "version": 0, "about": "house", "measure": 1, "limit": 1, "entries": []}
    now = timezone.now()
    more = plain | {"entry_count": 0, "last_at": now, "day": timezone.localdate()}
    found = Finding.objects.create(**more, found_at=now - 13 * DAY)
    assert measured("findings_waiting") == (True, {"found": 1, "waiting": 0})
    Finding.objects.filter(pk=found.pk).update(found_at=now - 15 * DAY)
    assert measured("findings_waiting") == (False, {"found": 1, "waiting": 1})


def test_log_compared(people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "TREE", uuid4())  # the log is kept over tests: a tree that none has compared

    def compared(result: Result) -> None:
        entry = Entry(
            action=Action.LOG_COMPARE, object_type=ObjectType.LOG, object_id=logs.TREE, result=result
        )
        record_read(entry)

    assert measured("log_compared") == (False, {"comparisons": 0, "failed": 0, "days_since": 9999})
    compared(Result.DONE)
    assert measured("log_compared") == (True, {"comparisons": 1, "failed": 0, "days_since": 0})
    compared(Result.FAILED)
    assert measured("log_compared") == (False, {"comparisons": 2, "failed": 1, "days_since": 0})


def test_recovery_drill(people: SimpleNamespace) -> None:
    copy = RecoveryCopy.objects.create(made_by=people.olivia, threshold=2, root_version=1)
    assert not measured("recovery_drill")[0]
    drill = RecoveryDrill.objects.create(copy=copy, by=people.olivia, shares=2, passed=False)
    assert measured("recovery_drill") == (False, {"drills": 1, "passed": 0, "days_since": 9999})
    RecoveryDrill.objects.create(copy=copy, by=people.olivia, shares=2, passed=True)
    assert measured("recovery_drill") == (True, {"drills": 2, "passed": 1, "days_since": 0})
    assert drill.pk


def test_keys_old(people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch) -> None:
    passed, figures = measured("keys_old")
    assert passed
    assert figures["keys"] > 0
    monkeypatch.setattr(logs, "EPOCH", -8 * DAY)  # as if time had passed: an epoch that ends before today
    assert measured("keys_old") == (False, {"keys": figures["keys"], "older": figures["keys"]})


@given(
    figures=st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 2**40)),
    passed=st.booleans(),
    ids=st.lists(st.uuids(), max_size=4),
)
def test_a_digest_is_of_everything_that_was_answered(
    figures: dict[str, int], passed: bool, ids: list[object]
) -> None:
    def taken(code: str = "x", **other: object) -> Measured:
        answer = Answer(**{"figures": figures, "passed": passed, "ids": tuple(ids)} | other)
        plain = MEASURES["log_signed"]
        one = Measure(
            code=code, area=plain.area, label="x", figures=plain.figures, take=lambda period: answer
        )
        return one.measured(Period(date(2026, 1, 1), date(2026, 12, 31)))

    same = taken()
    assert taken(ids=tuple(reversed(ids))).digest == same.digest
    others = (
        taken("y"),
        taken(passed=not passed),
        taken(figures=figures | {"c": 1}),
        taken(ids=(*ids, uuid4())),
    )
    assert same.digest not in {one.digest for one in others}


def test_a_period_is_days_of_the_house() -> None:
    over = Period(date(2026, 1, 1), date(2026, 1, 31))
    assert over.since == datetime(2026, 1, 1, tzinfo=HOUSE)
    assert over.until == datetime(2026, 2, 1, tzinfo=HOUSE)
