"""Reports for the tests, made by the services themselves or through the pages."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from audit.models import LogEntry
from compliance.speakup import channel, handling, protecting
from compliance.speakup.channel import Told
from compliance.speakup.codes import Category, Outcome, Shielding, State
from compliance.speakup.models import SpeakUpCase
from compliance.speakup.shields import Protection
from people.accounts.models import User
from people.roles.models import RoleGrant
from tests.vault.records.makers import acting

HAPPENED = "张三把客户名单卖给了外面的人，就在三号会议室。"
HERE = {"HTTP_ORIGIN": "http://testserver"}
DAY = timedelta(days=1)


def page(name: str, *args: object) -> str:
    return reverse(f"compliance:speak_up{name}", args=args)


def told(**other: Any) -> Told:
    return Told(**{"category": Category.DATA, "happened": HAPPENED, "who": "张三", "when": "上周五"} | other)


def reported(**other: Any) -> tuple[SpeakUpCase, str]:
    """The newest report and its code."""
    known = set(SpeakUpCase.objects.values_list("pk", flat=True))
    code = channel.report(told=told(**other))
    return SpeakUpCase.objects.exclude(pk__in=known).get(), code


def at(case: SpeakUpCase, state: State, by: User) -> SpeakUpCase:
    """The report, brought so far."""
    with acting(by):
        if case.state == State.NEW and state != State.NEW:
            handling.acknowledge(actor=by, case_id=case.pk)
        if state == State.INVESTIGATING:
            handling.investigate(actor=by, case_id=case.pk)
        if state == State.CLOSED:
            handling.close(actor=by, case_id=case.pk, outcome=Outcome.PARTLY, words="已处理。")
    case.refresh_from_db()
    return case


def accused(case: SpeakUpCase, user: User, by: User) -> SpeakUpCase:
    with acting(by):
        handling.accuse(actor=by, case_id=case.pk, user=user)
    return case


def protected(case: SpeakUpCase, user: User, by: User, how: Shielding = Shielding.WAIT) -> Protection:
    with acting(by):
        return protecting.protect(actor=by, case_id=case.pk, user=user, shielding=how, agreed=True)


def older(case: SpeakUpCase, days: int, superuser: Any) -> SpeakUpCase:
    """As it stands that many days later, when nobody did anything."""
    columns = ", ".join(
        f"{name} = {name} - {days}" for name in ("made_on", "acknowledged_on", "answered_on", "closed_on")
    )
    with superuser.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(f"update compliance_speakupcase set {columns} where id = %s", [str(case.pk)])
        cursor.execute("set session_replication_role = origin")
    case.refresh_from_db()
    return case


def form_of(browser: Client, **typed: Any) -> dict[str, Any]:
    """The report form as its page asks for it, with the right sum."""
    shown = browser.get(page("")).context["form"]
    asked = shown._asked
    plain = {
        "category": "data",
        "happened": HAPPENED,
        "when": "",
        "who": "",
        "token": asked.token,
        "total": asked.first + asked.second,
    }
    return plain | typed


def sent(browser: Client, name: str, typed: dict[str, Any], **headers: Any) -> HttpResponse:
    """Sent as a browser sends the form of a page of this site."""
    from urllib.parse import urlencode

    answer: Any = browser.post(
        page(name) + "?lang=en",
        urlencode(typed),
        content_type="application/x-www-form-urlencoded",
        **HERE | headers,
    )
    return answer


def code_in(answer: HttpResponse) -> str:
    found = re.search(r'id="code">([0-9A-Z-]{24})<', answer.content.decode())
    assert found, answer.content.decode()[:2000]
    return found[1]


def grant_of(user: User) -> RoleGrant:
    return RoleGrant.objects.get(user=user, state="active")


def since(marker: UUID) -> list[LogEntry]:
    """The entries since a version 7 id made before; by its time as well, since tests of before left entries
    with random ids."""
    began = datetime.fromtimestamp((marker.int >> 80) / 1000, UTC)
    return list(LogEntry.objects.filter(pk__gt=marker, at__gte=began).order_by("pk"))


def officers_of(people: SimpleNamespace) -> list[User]:
    return [people.olivia, people.otto]
