"""What officers do with findings and rules; what one of them cannot do alone, or about themselves."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.anomalies.changing import LOOSEN, change_rule, try_rule, waiting_change
from compliance.anomalies.codes import Change, Confirmed, FalseAlarm, MuteReason, State
from compliance.anomalies.figures import records
from compliance.anomalies.models import Finding, Mute, PersonDay, RuleVersion, Trial
from compliance.anomalies.reading import day_of
from compliance.anomalies.rules import RULES
from compliance.anomalies.services import decide, end_leaving, mute, note_leaving, take_up
from compliance.anomalies.settings import setting_of
from compliance.anomalies.tasks import try_on_the_past
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, Verdict
from people.approvals.models import State as Asked
from people.approvals.services import NotDecidable, open_preview
from people.approvals.services import decide as approve
from tests.cast import client_of
from tests.compliance.anomalies.making import found_for, refused, watched
from vault.records.errors import NotPossible

pytestmark = pytest.mark.django_db(transaction=True)
BURST = "denied_burst"


def change(officer: User, *, active: bool = True, words: str = "", **params: int) -> ApprovalRequest | None:
    with acting_as(Origin(actor=officer.pk)):
        return change_rule(
            actor=officer,
            code=BURST,
            active=active,
            params=setting_of(BURST).params | params,
            why=Change.NOISE,
            words=words,
        )


def decided(officer: User, request: ApprovalRequest) -> ApprovalRequest:
    with acting_as(Origin(actor=officer.pk)):
        open_preview(actor=officer, request=request)
        return approve(
            actor=officer, request=request, verdict=Verdict.APPROVE, reason="The rule is too strict."
        )


def test_a_finding_goes_its_way_with_an_entry_for_each_step(
    people: SimpleNamespace, superuser: Connection
) -> None:
    finding = found_for(people.ming.pk, superuser)
    with acting_as(Origin(actor=people.olivia.pk)):
        take_up(actor=people.olivia, finding_id=finding.pk)
        with pytest.raises(NotPossible):
            take_up(actor=people.otto, finding_id=finding.pk)
        decide(actor=people.otto, finding_id=finding.pk, reason=Confirmed.STOLEN)
        with pytest.raises(NotPossible):
            decide(actor=people.olivia, finding_id=finding.pk, reason=FalseAlarm.WORK)
    finding.refresh_from_db()
    assert (finding.state, finding.taken_by, finding.decided_by) == (
        State.CONFIRMED,
        people.olivia,
        people.otto,
    )
    told = LogEntry.objects.filter(object_id=finding.pk).order_by("at").values_list("action", "reason")
    assert list(told) == [
        (Action.FINDING_OPEN, ""),
        (Action.FINDING_REVIEW, ""),
        (Action.FINDING_DECIDE, Confirmed.STOLEN),
    ]


def test_attack_an_officer_can_do_nothing_about_a_finding_about_themselves(
    people: SimpleNamespace, superuser: Connection
) -> None:
    finding = found_for(people.olivia.pk, superuser)
    with acting_as(Origin(actor=people.olivia.pk)):
        for act in (
            lambda: take_up(actor=people.olivia, finding_id=finding.pk),
            lambda: decide(actor=people.olivia, finding_id=finding.pk, reason=FalseAlarm.WORK),
            lambda: mute(
                actor=people.olivia,
                rule=BURST,
                person=people.olivia,
                until=day_of(timezone.now()),
                reason=MuteReason.KNOWN,
            ),
        ):
            with pytest.raises(Refused):
                act()
    page = client_of(people.olivia).get(reverse("compliance:watch_finding", args=[finding.pk]))
    assert "somebody else decides on it" in page.content.decode()
    assert reverse("compliance:watch_decide", args=[finding.pk]) not in page.content.decode()
    assert reverse("compliance:watch_findings") in client_of(people.otto).get("/").content.decode()
    today = client_of(people.olivia).get("/").content.decode()
    assert "Findings of the watch over the log" not in today


def test_a_rule_that_finds_more_is_in_force_at_once(people: SimpleNamespace) -> None:
    assert change(people.olivia, count=5) is None
    version = RuleVersion.objects.get()
    assert (version.number, version.params["count"], version.made_by, version.decided_by) == (
        1,
        5,
        people.olivia,
        None,
    )
    entry = LogEntry.objects.filter(action=Action.WATCH_RULE).latest("at")
    assert (entry.actor, entry.reason) == (people.olivia.pk, Change.NOISE)
    assert entry.fields == [f"rule.{BURST}", "version-1", "count-5"]


@pytest.mark.parametrize("loose", [{"count": 11}, {"minutes": 4}, {"active": False}])
def test_attack_one_officer_alone_loosens_no_rule(people: SimpleNamespace, loose: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        change(people.olivia, **loose)  # no word for the second
    asked = change(people.olivia, words="Too many false alarms.", **loose)
    assert asked is not None
    assert waiting_change(BURST) == asked
    assert setting_of(BURST).number == 0
    with pytest.raises(NotDecidable):
        decided(people.olivia, asked)
    assert decided(people.otto, asked).state == Asked.CARRIED_OUT
    version = RuleVersion.objects.get()
    assert (version.made_by, version.decided_by) == (people.olivia, people.otto)
    assert setting_of(BURST).active == loose.get("active", True)


def test_attack_an_approval_does_not_cover_a_rule_that_changed_since(people: SimpleNamespace) -> None:
    asked = change(people.olivia, words="Too many false alarms.", count=11)
    assert asked is not None
    change(people.otto, count=3)
    assert approved_or_void(people.otto, asked) == Asked.VOID
    assert setting_of(BURST).params["count"] == 3


def approved_or_void(officer: User, request: ApprovalRequest) -> str:
    with acting_as(Origin(actor=officer.pk)):
        open_preview(actor=officer, request=request)
    request.refresh_from_db()
    return request.state


def test_only_officers_set_rules(people: SimpleNamespace) -> None:
    for other in (people.ada, people.ming, people.aud):
        with pytest.raises(Refused):
            change(other, count=2)


def test_false_alarms_are_counted_beside_the_rule(people: SimpleNamespace, superuser: Connection) -> None:
    for who, reason in ((people.ming, FalseAlarm.WORK), (people.lin, Confirmed.MISUSE)):
        finding = found_for(who.pk, superuser)
        with acting_as(Origin(actor=people.olivia.pk)):
            decide(actor=people.olivia, finding_id=finding.pk, reason=reason)
    found = records()[BURST]
    assert (found.decided, found.false, found.rate) == (2, 1, 50)
    Finding.objects.filter(person_id=people.lin.pk).update(decided_at=timezone.now() - timedelta(days=91))
    assert records()[BURST].rate == 100
    officer = client_of(people.olivia)
    assert "100 %" in officer.get(reverse("compliance:watch")).content.decode()
    assert "1 of 1 decided" in officer.get(reverse("compliance:watch_rule", args=[BURST])).content.decode()


def test_a_trial_shows_what_other_numbers_would_find_and_finds_nothing(
    people: SimpleNamespace, superuser: Connection
) -> None:
    refused(people.ming.pk, 6)
    watched(superuser)
    with acting_as(Origin(actor=people.olivia.pk)):
        trial = try_rule(actor=people.olivia, code=BURST, params=RULES[BURST].defaults | {"count": 6}, days=3)
    officer, page = client_of(people.olivia), reverse("compliance:watch_trial", args=[trial.pk])
    progress = reverse("compliance:watch_trial_progress", args=[trial.pk])
    assert progress in officer.get(page).content.decode()
    assert "HX-Refresh" not in officer.get(progress).headers
    try_on_the_past(str(trial.pk))
    try_on_the_past(str(trial.pk))
    trial.refresh_from_db()
    assert (trial.done, trial.is_running) == (3, False)
    mine = [hit for hit in trial.hits if hit[0] == str(people.ming.pk)]
    assert mine == [[str(people.ming.pk), day_of(timezone.now()).isoformat(), 6, 6, 6]]
    assert not Finding.objects.exists()
    assert not RuleVersion.objects.exists()
    shown = officer.get(page).content.decode()
    assert people.ming.display_name in shown
    assert officer.get(progress).headers["HX-Refresh"] == "true"
    assert LogEntry.objects.filter(object_id=trial.pk, action=Action.WATCH_TRY).count() == 1


def test_a_killed_trial_goes_on_where_it_was(people: SimpleNamespace) -> None:
    today = day_of(timezone.now())
    trial = Trial.objects.create(
        rule=BURST,
        params=RULES[BURST].defaults,
        first=today - timedelta(days=400),
        days=5,
        done=2,
        hits=[["house", "2025-01-01", 1, 1, 1]],
        asked_by=people.olivia,
    )
    try_on_the_past(str(trial.pk))
    trial.refresh_from_db()
    assert (trial.done, len(trial.hits)) == (5, 1)


def test_mutes_are_bounded_and_one(people: SimpleNamespace) -> None:
    today = day_of(timezone.now())
    asked = {"actor": people.olivia, "rule": BURST, "person": people.ming, "reason": MuteReason.TRAVEL}
    with acting_as(Origin(actor=people.olivia.pk)):
        for until in (today - timedelta(days=1), today + timedelta(days=91)):
            with pytest.raises(NotPossible):
                mute(**asked, until=until)
        made = mute(**asked, until=today)
        with pytest.raises(NotPossible):
            mute(**asked, until=today)
        Mute.objects.filter(pk=made.pk).update(until=today - timedelta(days=1))
        mute(**asked, until=today)  # the former is over
    assert people.ming.display_name in client_of(people.aud).get(reverse("compliance:watch")).content.decode()


def test_who_leaves(people: SimpleNamespace) -> None:
    with acting_as(Origin(actor=people.olivia.pk)):
        note_leaving(actor=people.olivia, person=people.otto)
        with pytest.raises(NotPossible):
            note_leaving(actor=people.olivia, person=people.otto)
        with pytest.raises(Refused):
            end_leaving(actor=people.otto, person_id=people.otto.pk)
        end_leaving(actor=people.olivia, person_id=people.otto.pk)
        with pytest.raises(Refused):
            end_leaving(actor=people.olivia, person_id=people.otto.pk)


def test_the_form_of_a_rule_asks_for_a_word_when_it_would_find_less(people: SimpleNamespace) -> None:
    officer, page = client_of(people.olivia), reverse("compliance:watch_rule", args=[BURST])
    typed = {"p-count": 20, "p-minutes": 5, "active": "on", "why": Change.NOISE.value}
    again = officer.post(page, typed)
    assert again.status_code == 200
    assert "Give a reason." in again.content.decode()
    assert officer.post(page, typed | {"words": "Too many false alarms."}).status_code == 302
    assert ApprovalRequest.objects.get(action=LOOSEN).requester == people.olivia
    assert "has asked that this rule finds less" in officer.get(page).content.decode()
    assert officer.post(page, typed | {"p-count": 0}).status_code == 200
    assert officer.post(page, typed | {"p-count": 9}).status_code == 302
    assert setting_of(BURST).params["count"] == 9


def test_the_pages_cost_the_same_however_many_findings_there_are(
    people: SimpleNamespace, superuser: Connection, django_assert_max_num_queries: object
) -> None:
    finding = found_for(people.ming.pk, superuser)
    officer = client_of(people.olivia)
    for name, args in (("watch_findings", []), ("watch_finding", [finding.pk]), ("watch", [])):
        page = reverse(f"compliance:{name}", args=args)
        officer.get(page)
        with django_assert_max_num_queries(30) as one:  # type: ignore[operator]
            officer.get(page)
        few = len(one)
        for number in range(2, 6):
            Finding.objects.filter(number=number).delete()
            copy = Finding.objects.get(pk=finding.pk)
            copy.pk, copy.number = None, number
            copy.save()
        with django_assert_max_num_queries(few):  # type: ignore[operator]
            officer.get(page)
    assert PersonDay.objects.count() >= 1
