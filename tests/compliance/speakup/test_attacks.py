"""Who tries to learn who reported, to read what is not theirs, or to drown the channel."""

import logging
import time
from io import StringIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.ids import uuid7
from audit.middleware import network_prefix, session_pseudonym
from audit.models import LogEntry
from compliance.speakup import limits, receipt
from compliance.speakup.codes import Says
from compliance.speakup.models import SpeakUpCase
from config.logs import PlaceFormatter
from tests.cast import client_of
from tests.compliance.speakup import making
from tests.compliance.speakup.making import HERE, code_in, form_of, page, sent
from tests.databases import superuser as connected

pytestmark = pytest.mark.django_db
FROM = {
    "REMOTE_ADDR": "203.0.113.77",
    "HTTP_X_FORWARDED_FOR": "203.0.113.77",
    "HTTP_X_REAL_IP": "203.0.113.77",
    "HTTP_FORWARDED": "for=203.0.113.77",
    "HTTP_CF_CONNECTING_IP": "203.0.113.77",
    "HTTP_USER_AGENT": "Mings Browser 7",
    "HTTP_REFERER": "http://testserver/clients/?mings-referer",
    "HTTP_X_ANYTHING": "mings-header",
}


def everything(rows: Any) -> str:
    """Every row of every table of ours and of the log, as the superuser reads them."""
    found = []
    with rows.cursor() as cursor:
        cursor.execute(
            "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace in"
            " ('public'::regnamespace, 'log'::regnamespace, 'keyring'::regnamespace)"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"select x::text, x.xmin::text from {table} x")
            found += [f"{table} {row} {xmin}" for row, xmin in cursor.fetchall()]
    return "\n".join(found)


def in_valkey() -> str:
    client = cache._cache.get_client()  # type: ignore[attr-defined]
    keys = sorted(client.keys("*"))
    return "\n".join(f"{key!r} {client.dump(key)!r}" for key in keys if client.type(key) != b"none")


@pytest.mark.django_db(transaction=True)
def test_attack_who_of_the_house_reported(transactional_people: SimpleNamespace) -> None:
    """A signed-in agent reports from the office: nothing that is written meanwhile, anywhere, names them."""
    people = transactional_people
    agent = client_of(people.ming)
    cookie = agent.cookies[settings.SESSION_COOKIE_NAME].value
    agent.get("/", **FROM)  # signed in a moment before, from there
    sessions = [str(row) for row in Session.objects.values_list()]
    seen = [str(row) for row in UserSession.objects.values_list()]
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(PlaceFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    marker = uuid7()
    with_all = connected(connection.settings_dict["NAME"])
    before, stored = set(everything(with_all).splitlines()), in_valkey()
    try:
        answer = sent(agent, "", form_of(agent), **FROM)
        code = code_in(answer)
        shown = sent(agent, "_mailbox", {"code": code}, **FROM)
        wrong = sent(agent, "_mailbox", {"code": receipt.draw()}, **FROM)
        again = sent(agent, "_write", {"code": code, "words": "补充"}, **FROM)
        refused = agent.post(page("_mailbox"), {"code": code}, **FROM)
        agent.get("/speak-up/nothing-here/", **FROM)
        agent.get("/speak-up", **FROM)
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    assert [one.status_code for one in (answer, shown, wrong, again, refused)] == [200, 200, 422, 200, 403]

    entries = making.since(marker)
    assert len(entries) >= 8
    for entry in entries:
        marks = (entry.actor, entry.on_behalf_of, entry.session, entry.request, entry.network)
        assert marks == (None, None, None, None, None), entry.action
    case = SpeakUpCase.objects.get()
    assert {entry.object_id for entry in entries} <= {None, case.pk}

    written = "\n".join(set(everything(with_all).splitlines()) - before)
    with_all.close()
    assert str(case.pk) in written  # the scan sees what was written
    request = SimpleNamespace(headers={}, META=FROM)
    told = {
        "account": str(people.ming.pk),
        "account in hexadecimal": people.ming.pk.hex,
        "name": people.ming.username,
        "session key": cookie,
        "session in the log": str(session_pseudonym(cookie)),
        "address": "203.0.113.77",
        "network": str(network_prefix(request)).partition("/")[0],  # type: ignore[arg-type]
        "browser": "Mings Browser",
        "referer": "mings-referer",
        "other header": "mings-header",
    }
    for what, mark in told.items():
        assert mark not in written, what
        assert mark not in lines.getvalue(), what
        assert mark not in in_valkey().replace(stored, ""), what
    assert [str(row) for row in Session.objects.values_list()] == sessions
    assert [str(row) for row in UserSession.objects.values_list()] == seen
    for one in (answer, shown, wrong, again, refused):
        assert not one.cookies
        assert "X-Request-ID" not in one
        assert people.ming.display_name not in one.content.decode()
        assert one["Referrer-Policy"] == "strict-origin"
    assert agent.cookies[settings.SESSION_COOKIE_NAME].value == cookie


def test_attack_a_page_of_the_channel_in_an_account_of_the_house(people: SimpleNamespace) -> None:
    """What the page shows is the same signed in and not, and the session stays as good as it was."""
    agent = client_of(people.ming)

    def plain(browser: Client) -> str:
        return browser.get(page("_mailbox")).content.decode()

    assert plain(agent) == plain(Client())
    assert agent.get("/").status_code == 200


def test_the_officers_side_is_attributed_as_all_is(people: SimpleNamespace) -> None:
    case, _code = making.reported()
    marker = uuid7()
    answer = client_of(people.olivia).get(page("_case", case.pk))
    assert answer.status_code == 200
    [opened] = [entry for entry in making.since(marker) if entry.action == "speakup.open"]
    assert (opened.actor, opened.object_id) == (people.olivia.pk, case.pk)
    assert case.key_id in opened.keys
    assert str(opened.request) == answer["X-Request-ID"]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"HTTP_ORIGIN": "https://elsewhere.example"}, 403),
        ({"HTTP_ORIGIN": "null"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "cross-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "same-site"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "none"}, 403),
        ({"HTTP_SEC_FETCH_SITE": "cross-site", **HERE}, 403),
        ({"HTTP_SEC_FETCH_SITE": "same-origin"}, 200),
        (HERE, 200),
    ],
)
def test_attack_a_foreign_page_sends_somebody_into_its_own_mailbox(
    headers: dict[str, str], status: int
) -> None:
    case, code = making.reported()
    typed = urlencode({"code": code, "words": "写进别人的信箱"})
    kind = "application/x-www-form-urlencoded"
    marker = uuid7()
    answer = Client().post(page("_write"), typed, content_type=kind, **headers)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert case.texts.filter(says=Says.MESSAGE).exists() == (status == 200)
    if status == 403:
        [entry] = making.since(marker)
        assert (entry.action, entry.reason, entry.actor) == ("request.refuse", "cross_site", None)


def test_attack_files_are_not_taken_in() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    reporter = Client()
    typed = form_of(reporter) | {"happened": SimpleUploadedFile("x.docx", b"x" * 3_000_000)}
    assert reporter.post(page(""), typed, **HERE).status_code == 403  # type: ignore[arg-type]
    assert not SpeakUpCase.objects.exists()


def test_attack_the_same_form_sent_twice() -> None:
    reporter = Client()
    typed = form_of(reporter)
    assert sent(reporter, "", typed).status_code == 200
    again = sent(reporter, "", typed)
    assert again.status_code == 409
    assert 'id="code"' not in again.content.decode()
    assert SpeakUpCase.objects.count() == 1


def test_attack_a_token_of_ones_own_making() -> None:
    from django.core import signing

    reporter = Client()
    for token in (
        signing.dumps(["x", 1, 1], salt="another"),
        signing.dumps(["x", 1, 1], key="k" * 50, salt="compliance.speakup.question"),
        signing.dumps({"x": 1}, salt="compliance.speakup.question"),
        signing.dumps(["x", 1], salt="compliance.speakup.question"),
    ):
        assert sent(reporter, "", form_of(reporter, token=token, total=2)).status_code == 422
    assert not SpeakUpCase.objects.exists()


@pytest.mark.parametrize(("seconds", "status"), [(12 * 3600 - 60, 200), (12 * 3600 + 60, 422)])
def test_attack_the_token_of_a_form_of_yesterday(
    monkeypatch: pytest.MonkeyPatch, seconds: int, status: int
) -> None:
    reporter, then = Client(), time.time() - seconds
    with monkeypatch.context() as past:
        past.setattr(time, "time", lambda: then)
        asked = limits.ask()
    typed = form_of(reporter, token=asked.token, total=asked.first + asked.second)
    assert sent(reporter, "", typed).status_code == status
    assert SpeakUpCase.objects.exists() == (status == 200)


def test_attack_guessing_codes_has_a_budget_of_everybody_together(settings: Any) -> None:
    settings.SPEAK_UP_CODES_A_MINUTE = 5
    _case, code = making.reported()
    marker = uuid7()
    answers = [sent(Client(), "_mailbox", {"code": receipt.draw()}) for _ in range(12)]
    # Where the minute turned over meanwhile, the budget is there once more.
    allowed = sum(answer.status_code == 422 for answer in answers)
    assert allowed in range(5, 11)
    assert sum(answer.status_code == 429 for answer in answers) == 12 - allowed
    assert answers[-1]["Retry-After"] == "60" or allowed > 5
    left = making.since(marker)
    refused = [entry for entry in left if entry.result == "refused"]
    flooded = [entry for entry in left if entry.reason == "flooded"]
    assert len(refused) - len(flooded) == allowed
    assert len(flooded) in (1, 2)  # one a window: a flood does not fill the log
    assert code not in in_valkey()


def test_attack_a_flood_of_reports(settings: Any) -> None:
    settings.SPEAK_UP_REPORTS_AN_HOUR = 3
    answers = []
    for _ in range(9):
        reporter = Client()
        answers.append(sent(reporter, "", form_of(reporter, happened="灌水" * 50)))
    taken = SpeakUpCase.objects.count()
    assert taken in range(3, 7)
    late = answers[-1]
    if late.status_code == 429:
        assert "灌水" in late.content.decode()  # what was typed is not lost
        assert "try again" in late.content.decode()


def test_attack_foreign_forms_fill_the_log(settings: Any) -> None:
    settings.SPEAK_UP_CODES_A_MINUTE = 4
    marker = uuid7()
    for _ in range(15):
        assert Client().post(page("_mailbox"), {"code": "x"}).status_code == 403
    assert len(making.since(marker)) in range(5, 11)  # the minute may have turned over once


def test_attack_a_count_of_a_sign_off_tells_of_a_report(people: SimpleNamespace) -> None:
    """What an officer signs off is the same with and without a report, for whomever it accuses."""
    from datetime import timedelta

    from audit.query import LogFilter
    from compliance.review.signing import stretch_of
    from people.accounts.services import NotPossible, disable_person
    from tests.vault.records.makers import acting

    now = timezone.now()
    filters = LogFilter(since=now - timedelta(hours=1), until=now + timedelta(hours=1), person=people.ada.pk)
    with acting(people.otto):
        before = stretch_of(people.otto, filters)
    case, _code = making.reported()
    making.protected(case, people.lin, people.olivia)
    making.accused(case, people.otto, people.olivia)
    with acting(people.ada), pytest.raises(NotPossible):
        disable_person(actor=people.ada, person=people.lin)
    assert LogEntry.objects.filter(actor=people.ada.pk, action="approval.request").exists()
    with acting(people.otto):
        after = stretch_of(people.otto, filters)
    assert (after.entries, after.digest) == (before.entries, before.digest)


def test_attack_hostile_input(people: SimpleNamespace) -> None:
    hostile = "<script>alert(1)</script>{{ 7*7 }}' or 1=1 --\u4e2d\U0001f600"
    reporter = Client()
    code = code_in(sent(reporter, "", form_of(reporter, happened=hostile, who=hostile)))
    case = SpeakUpCase.objects.get()
    for body in (
        sent(reporter, "_mailbox", {"code": code}).content.decode(),
        client_of(people.olivia).get(page("_case", case.pk)).content.decode(),
    ):
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)" in body
        assert "{{ 7*7 }}" in body
    for address in ("?lang=%00", "?lang=../../etc", "?lang=" + "x" * 5000):
        assert reporter.get(page("") + address).status_code == 200
    for typed in ({"code": "\x00" * 24}, {"code": "𝟘" * 20}, {"code": "é" * 60}, {"x": "y"}):
        assert sent(reporter, "_mailbox", typed).status_code == 422
    for method in ("put", "delete", "patch"):
        assert getattr(reporter, method)(page("")).status_code in (403, 405)


def test_the_way_in_stands_at_the_foot_of_the_sign_in_page_and_of_every_page(people: SimpleNamespace) -> None:
    link = f'href="{page("")}" rel="noreferrer"'
    assert link in Client().get(reverse("account_login")).content.decode()
    for person in (people.ming, people.ada, people.bo):
        assert link in client_of(person).get(reverse("people:me")).content.decode()
    assert not LogEntry.objects.filter(fields__contains=["compliance.speak_up"]).exists()
