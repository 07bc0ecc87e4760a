"""The pages of the watch: what officers see, choose and start; what others never see."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_refusal
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from compliance.anomalies.codes import Confirmed, FalseAlarm, State
from compliance.anomalies.models import Finding, Mute, WatchPlace
from compliance.anomalies.today import STILL
from tests.cast import client_of, sign_in
from tests.compliance.anomalies.making import HERE, found_for, watched
from tests.vault.records.makers import add, book_of

pytestmark = pytest.mark.django_db(transaction=True)


def page_of(finding: Finding) -> str:
    return reverse("compliance:watch_finding", args=[finding.pk])


def test_officers_hear_of_a_finding_look_into_it_and_decide(
    people: SimpleNamespace, superuser: Connection
) -> None:
    finding, officer = found_for(people.ming.pk, superuser), client_of(people.olivia)
    desk = reverse("compliance:watch_findings")
    assert "Findings of the watch over the log" in officer.get("/").content.decode()
    listed = officer.get(desk).content.decode()
    assert page_of(finding) in listed
    assert people.ming.display_name in listed
    shown = officer.get(page_of(finding)).content.decode()
    for entry in finding.entries:
        assert reverse("compliance:log_entry", args=[entry]) in shown
    day = finding.day.isoformat()
    assert f"?person={people.ming.pk}&amp;since={day}&amp;until={day}" in shown

    officer.post(reverse("compliance:watch_take", args=[finding.pk]))
    finding.refresh_from_db()
    assert (finding.state, finding.taken_by) == (State.REVIEW, people.olivia)
    decide = reverse("compliance:watch_decide", args=[finding.pk])
    for wrong in ({}, {"reason": "ok"}, {"reason": ""}):
        officer.post(decide, wrong)
        finding.refresh_from_db()
        assert finding.state == State.REVIEW
    officer.post(decide, {"reason": FalseAlarm.WORK.value})
    finding.refresh_from_db()
    assert finding.state == State.FALSE_ALARM
    assert page_of(finding) not in officer.get(desk).content.decode()
    assert page_of(finding) in officer.get(desk, {"state": "false_alarm"}).content.decode()
    assert "Findings of the watch over the log" not in officer.get("/").content.decode()
    read = LogEntry.objects.filter(actor=people.olivia.pk, action=Action.FINDING_VIEW, object_id=finding.pk)
    assert read.exists()


def test_a_confirmed_finding_leads_to_freezing_the_books_that_were_touched(
    people: SimpleNamespace, superuser: Connection
) -> None:
    book = book_of(people.lin)
    client, other = add(book), book_of(people.lin)
    refusal = Entry(
        action=Action.CLIENT_VIEW, object_type=ObjectType.CLIENT, object_id=client.pk, subjects=(client.pk,)
    )
    with acting_as(Origin(actor=people.ming.pk, network=HERE)):
        for _ in range(10):
            record_refusal(refusal)
    watched(superuser)
    finding = Finding.objects.get(rule="denied_burst")
    officer = client_of(people.olivia)
    freeze = reverse("vault:freezing", args=[book.pk])
    assert freeze not in officer.get(page_of(finding)).content.decode()
    officer.post(reverse("compliance:watch_decide", args=[finding.pk]), {"reason": Confirmed.MISUSE.value})
    shown = officer.get(page_of(finding)).content.decode()
    assert freeze in shown
    assert reverse("vault:freezing", args=[other.pk]) not in shown
    assert officer.get(freeze).status_code == 200
    assert freeze not in client_of(people.aud).get(page_of(finding)).content.decode()


def test_muting_from_a_finding_is_shown_and_ended_on_the_page_of_the_rules(
    people: SimpleNamespace, superuser: Connection
) -> None:
    finding, officer = found_for(people.ming.pk, superuser), client_of(people.olivia)
    address = reverse("compliance:watch_mute", args=[finding.pk])
    officer.post(address, {"until": "soon", "reason": "mute.known"})
    assert not Mute.objects.exists()
    officer.post(address, {"until": finding.day.isoformat(), "reason": "mute.known"})
    made = Mute.objects.get()
    assert (made.rule, made.person_id, made.made_by) == ("denied_burst", people.ming.pk, people.olivia)
    end = reverse("compliance:watch_unmute", args=[made.pk])
    rules = reverse("compliance:watch")
    assert end in officer.get(rules).content.decode()
    auditor = client_of(people.aud).get(rules).content.decode()
    assert people.ming.display_name in auditor
    assert end not in auditor
    officer.post(end)
    assert end not in officer.get(rules).content.decode()


def test_attack_administrators_agents_and_outsiders_see_nothing_of_the_watch(
    people: SimpleNamespace, superuser: Connection
) -> None:
    finding = found_for(people.ming.pk, superuser)
    for other in (people.ada, people.ming, people.lea, people.bo):
        browser = client_of(other)
        for address in (page_of(finding), reverse("compliance:watch"), reverse("compliance:streams")):
            assert browser.get(address).status_code == 404
        home = browser.get("/", follow=True).content.decode()
        assert reverse("compliance:watch_findings") not in home


def test_a_sign_in_names_the_kind_of_browser_and_nothing_else_of_it(people: SimpleNamespace) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 secret-build"
    browser = Client(headers={"user-agent": agent})
    sign_in(browser, people.ming)
    entry = LogEntry.objects.filter(action=Action.SESSION_SIGN_IN, actor=people.ming.pk).latest("at")
    assert entry.fields == ["browser.firefox", "system.linux"]
    assert b"secret-build" not in bytes(entry.leaf)


def test_a_finding_that_is_not_there_looks_like_one_that_is_not_for_you(people: SimpleNamespace) -> None:
    missing = reverse("compliance:watch_finding", args=[uuid4()])
    assert client_of(people.olivia).get(missing).status_code == 404


def test_a_watch_that_stands_still_is_in_today(people: SimpleNamespace) -> None:
    officer, words = client_of(people.olivia), "The watch over the log has stood still"
    assert words not in officer.get("/").content.decode()
    WatchPlace.objects.update(at=timezone.now() - 2 * STILL)
    assert words in officer.get("/").content.decode()
