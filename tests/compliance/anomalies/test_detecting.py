"""The detector: from its place, once, whatever happens to it in between."""

import os
import signal
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType, Result
from audit.entry import Entry
from audit.log import record_read, record_refusal
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.anomalies import detecting
from compliance.anomalies.changing import set_rule
from compliance.anomalies.codes import Change, FalseAlarm, MuteReason, State
from compliance.anomalies.detecting import detect
from compliance.anomalies.models import Finding, PersonDay, WatchPlace
from compliance.anomalies.reading import Past, day_of
from compliance.anomalies.services import decide, mute, note_leaving, unmute
from compliance.anomalies.settings import setting_of
from compliance.anomalies.tasks import watch
from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from tests.compliance.anomalies.making import HERE, found_for, refused, watched
from tests.compliance.processes import killed_in
from tests.compliance.sequenced import sequenced

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_burst_is_found_with_its_entries_and_an_entry_of_its_own(
    people: SimpleNamespace, superuser: Connection
) -> None:
    shown = refused(people.ming.pk)
    sequenced(superuser)
    watch()
    [finding] = Finding.objects.all()
    assert (finding.rule, finding.person_id, finding.state) == ("denied_burst", people.ming.pk, State.OPEN)
    assert (finding.measure, finding.entry_count, finding.entries) == (10, 10, shown)
    entry = LogEntry.objects.get(object_id=finding.pk)
    assert (entry.action, entry.actor, entry.subjects) == (
        Action.FINDING_OPEN,
        SYSTEM_ID,
        [people.ming.pk],
    )
    assert PersonDay.objects.get(person_id=people.ming.pk).refused == 10
    assert WatchPlace.objects.get().next_index == LogEntry.objects.exclude(pk=entry.pk).count()


def test_again_finds_nothing_new_and_more_of_the_day_grows_the_same_finding(
    people: SimpleNamespace, superuser: Connection
) -> None:
    found_for(people.ming.pk, superuser)
    place = WatchPlace.objects.get()
    place.next_index -= 12  # as if it were made to go back
    place.save()
    watched(superuser)
    [finding] = Finding.objects.all()
    assert finding.entry_count == 10
    refused(people.ming.pk, 3)
    watched(superuser)
    [finding] = Finding.objects.all()
    assert (finding.measure, finding.entry_count, len(finding.entries)) == (13, 13, 13)
    assert LogEntry.objects.filter(object_id=finding.pk).count() == 1


def test_a_sample_that_an_officer_takes_up_is_a_finding_about_the_reader(
    people: SimpleNamespace, superuser: Connection
) -> None:
    client = uuid4()
    entry = Entry(
        action=Action.SAMPLE_FINDING,
        object_type=ObjectType.SAMPLE,
        object_id=uuid4(),
        subjects=(client, people.lin.pk),
    )
    with acting_as(Origin(actor=people.olivia.pk, session=uuid4(), network=HERE)):
        taken_up = record_read(entry)
    watched(superuser)
    finding = Finding.objects.get(rule="unexplained")
    assert (finding.person_id, finding.entries, finding.state) == (people.lin.pk, [taken_up], State.OPEN)
    assert not PersonDay.objects.filter(person_id=client).exists()


def test_attack_a_dormant_account_is_kept_awake_by_failing_to_sign_in(people: SimpleNamespace) -> None:
    today, person = day_of(timezone.now()), people.lin.pk
    hours = [0] * 24
    PersonDay.objects.create(person_id=person, day=today - timedelta(days=80), opened=3, hours=hours)
    PersonDay.objects.create(person_id=person, day=today - timedelta(days=5), refused=1, hours=hours)
    assert Past(today, [person]).before(person).last_seen == today - timedelta(days=80)


def test_of_who_came_before_the_watch_began_nobody_says_how_long_they_slept(people: SimpleNamespace) -> None:
    """An account older than the log is not dormant on the log's second day: what came before, nobody saw."""
    today, person = day_of(timezone.now()), people.lin.pk
    User.objects.filter(pk=person).update(created_at=timezone.now() - timedelta(days=500))
    assert Past(today, [person]).before(person).last_seen == today
    first = PersonDay.objects.create(
        person_id=people.ming.pk, day=today - timedelta(days=60), opened=3, hours=[0] * 24
    )
    assert Past(today, [person]).before(person).last_seen == first.day


def test_a_detector_killed_at_any_moment_leaves_a_whole_round_or_none(
    people: SimpleNamespace, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(people.ming.pk)
    sequenced(superuser)
    start = WatchPlace.objects.get().next_index
    # Everything is written, nothing is committed.
    with monkeypatch.context() as dying:
        dying.setattr(detecting.WatchPlace, "save", lambda self: os.kill(os.getpid(), signal.SIGKILL))
        killed_in(detect)
    assert not Finding.objects.exists()
    assert not PersonDay.objects.exists()
    assert WatchPlace.objects.get().next_index == start
    watched(superuser)
    assert Finding.objects.count() == 1


def test_entries_that_are_not_in_the_tree_yet_are_left_for_later(
    people: SimpleNamespace, superuser: Connection
) -> None:
    refused(people.ming.pk)
    assert detect() == 0
    assert not Finding.objects.exists()
    watched(superuser)
    assert Finding.objects.count() == 1


def test_after_a_decision_only_what_comes_later_counts(
    people: SimpleNamespace, superuser: Connection
) -> None:
    finding = found_for(people.ming.pk, superuser)
    with acting_as(Origin(actor=people.olivia.pk)):
        decide(actor=people.olivia, finding_id=finding.pk, reason=FalseAlarm.WORK)
    refused(people.ming.pk, 9)
    watched(superuser)
    assert Finding.objects.count() == 1
    refused(people.ming.pk, 1)
    watched(superuser)
    [first, second] = Finding.objects.order_by("number")
    assert (first.state, second.state, second.number) == (State.FALSE_ALARM, State.OPEN, 2)
    assert (second.measure, set(first.entries) & set(second.entries)) == (10, set())


def test_wrong_passwords_are_found_for_whom_they_were_and_for_where_they_came_from(
    people: SimpleNamespace, superuser: Connection
) -> None:
    fail = Entry(
        action=Action.SESSION_SIGN_IN_FAIL,
        object_type=ObjectType.SESSION,
        object_id=None,
        subjects=(people.lin.pk,),
        result=Result.FAILED,
    )
    with acting_as(Origin(network=HERE)):
        for _ in range(10):
            record_read(fail)
    watched(superuser)
    assert {(one.about, one.person_id) for one in Finding.objects.all()} == {
        (str(people.lin.pk), people.lin.pk),
        (HERE, None),
    }


def test_a_muted_finding_is_made_and_waits_for_nobody_until_the_mute_ends(
    people: SimpleNamespace, superuser: Connection
) -> None:
    until = day_of(timezone.now()) + timedelta(days=5)
    with acting_as(Origin(actor=people.olivia.pk)):
        made = mute(
            actor=people.olivia, rule="denied_burst", person=people.ming, until=until, reason=MuteReason.KNOWN
        )
    finding = found_for(people.ming.pk, superuser)
    assert (finding.state, finding.mute) == (State.MUTED, made)
    with acting_as(Origin(actor=people.otto.pk)):
        unmute(actor=people.otto, mute_id=made.pk)
    finding.refresh_from_db()
    assert finding.state == State.OPEN


def test_a_rule_that_is_off_finds_nothing_and_does_not_go_back_when_it_is_on_again(
    people: SimpleNamespace, superuser: Connection
) -> None:
    _switch("denied_burst", people, active=False)
    refused(people.ming.pk)
    watched(superuser)
    assert not Finding.objects.exists()
    _switch("denied_burst", people, active=True)
    refused(people.ming.pk, 1)
    watched(superuser)
    [finding] = Finding.objects.all()  # the day on which it was switched on counts whole
    assert (finding.version, finding.measure) == (2, 11)


def _switch(code: str, people: SimpleNamespace, *, active: bool) -> None:
    from django.db import transaction

    with acting_as(Origin(actor=people.olivia.pk)), transaction.atomic():
        setting = setting_of(code)
        set_rule(setting, active=active, params=setting.params, why=Change.WORK, made_by=people.olivia)


def test_what_a_leaver_takes_is_found_from_the_note_on(
    people: SimpleNamespace, superuser: Connection
) -> None:
    taking = Entry(action=Action.CLIENT_EXPORT, object_type=ObjectType.EXPORT, object_id=uuid4())
    with acting_as(Origin(actor=people.ming.pk)):
        record_read(taking)
    watched(superuser)
    assert not Finding.objects.exists()
    with acting_as(Origin(actor=people.olivia.pk)):
        note_leaving(actor=people.olivia, person=people.ming)
    with acting_as(Origin(actor=people.ming.pk)):
        after = record_read(taking)
    watched(superuser)
    [finding] = Finding.objects.all()
    assert (finding.rule, finding.entries) == ("after_notice", [after])


def test_an_entry_taken_out_of_the_log_is_found(people: SimpleNamespace, superuser: Connection) -> None:
    refusal = Entry(action=Action.CLIENT_VIEW, object_type=ObjectType.CLIENT, object_id=uuid4())
    with acting_as(Origin(actor=people.lin.pk)):
        _, gone, after = [record_refusal(refusal) for _ in range(3)]
    with superuser.cursor() as cursor:
        cursor.execute("begin; set local session_replication_role = replica")
        cursor.execute("alter table log.entry disable trigger refuse_change")
        cursor.execute("delete from log.entry where id = %s", [str(gone)])
        cursor.execute("alter table log.entry enable always trigger refuse_change; commit")
    watched(superuser)
    [finding] = Finding.objects.all()
    assert (finding.rule, finding.about, finding.entries) == ("log_gaps", "house", [after])
    assert LogEntry.objects.get(object_id=finding.pk).subjects == []


def test_days_of_confirmed_findings_do_not_raise_the_bar(people: SimpleNamespace) -> None:
    from compliance.anomalies.codes import Confirmed
    from compliance.anomalies.reading import Past

    today = day_of(timezone.now())
    for back in (1, 2):
        PersonDay.objects.create(
            person_id=people.ming.pk, day=today - timedelta(days=back), opened=back, hours=[0] * 24
        )
    Finding.objects.create(
        rule="mass_opening",
        version=0,
        about=str(people.ming.pk),
        person_id=people.ming.pk,
        day=today - timedelta(days=1),
        measure=1,
        limit=1,
        entries=[],
        entry_count=0,
        last_at=timezone.now(),
        state=State.CONFIRMED,
        reason=Confirmed.MISUSE,
        taken_by=people.olivia,
        decided_by=people.olivia,
        decided_at=timezone.now(),
    )
    before = Past(today, [people.ming.pk]).before(people.ming.pk)
    assert [one.opened for one in before.own] == [2]
    assert before.last_seen == today - timedelta(days=1)
