"""Where a session is used, and how long it may last: kept in the session itself, looked at on each request.

What is sound, and what is not (OWASP ASVS 5.0, 7.3 and 7.4):

* Time: a session nobody used for SESSION_IDLE is over, and any after SESSION_LONGEST.
* The kind of browser (such as Chrome on Windows) does not change while a session lasts: a cookie that comes
  from another kind was copied, or somebody plays with what the browser says of itself. The session ends, and
  its person has a mail. Whoever copies the cookie and the browser's name as well is not noticed by that.
* The network does change, on a phone many times a day, and people behind one proxy share one. So it binds
  nothing: a network that is new to the session is an entry in the log and a line to its person, and what they
  had confirmed (people.stepup) is asked again, so that a copied cookie opens no grave act. The watch
  (compliance.anomalies) sees one session used from several networks within a short time.

Each request reads the session alone. The row that the person's list is made of is written once a minute.
"""

import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from allauth.account.internal.flows.login import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from audit.actions import Action, ObjectType, Reason
from audit.browsers import browser_codes
from audit.entry import Entry
from audit.log import record_read
from audit.middleware import network_prefix, session_pseudonym
from people.accounts.models import User
from people.factors.access import METHOD
from people.guests.sessions import METHOD as PHONE
from people.notices.places import note_place
from people.oidc.ceremony import METHOD as IDENTITY
from people.oidc.opened import MARK as IDENTITY_MARK
from people.oidc.opened import is_over, mark_of
from people.sessions.words import IDENTITY_AND_FACTOR, PASSKEY_ALONE, PASSWORD

WRITTEN_EACH = 60  # seconds
MOST_NETWORKS = 20  # that are kept of one session; the oldest go
_MARK = "place"


class Over(StrEnum):
    """Why a session ends by itself."""

    IDLE = Reason.SESSION_IDLE
    OLD = Reason.SESSION_OLD
    BROWSER = Reason.BROWSER_CHANGED
    PROVIDER = Reason.BY_PROVIDER


@dataclass(frozen=True)
class Here:
    """Where one request comes from."""

    network: str
    browser: str


def look(request: HttpRequest, user: User) -> Over | None:
    """Why the session is over; None while it goes on, whose place is then noted. Raises LogUnavailable."""
    codes = browser_codes(request.headers.get("User-Agent", ""))
    here = Here(network_prefix(request) or "", "+".join(codes))
    now, mark = time.time(), request.session.get(_MARK)
    if mark is None or mark["user"] != str(user.pk):
        begun = {"started": now, "seen": now, "browser": here.browser, "networks": [here.network]}
        note_place(user, here.network, here.browser)
        _note(request, user, begun | {"user": str(user.pk)})
        opened = mark_of(request, user)
        return Over.PROVIDER if opened and is_over(opened) else None
    over = _over(mark, here, now)
    if over is None and here.network not in mark["networks"]:
        _moved(request, user, mark, here, now)
    elif over is None and now - mark["seen"] >= WRITTEN_EACH:
        _note(request, user, mark | {"seen": now})
    return over


def _over(mark: dict[str, Any], here: Here, now: float) -> Over | None:
    if now - mark["started"] > settings.SESSION_LONGEST:
        return Over.OLD
    if now - mark["seen"] > settings.SESSION_IDLE:
        return Over.IDLE
    return Over.BROWSER if here.browser != mark["browser"] else None


def _moved(request: HttpRequest, user: User, mark: dict[str, Any], here: Here, now: float) -> None:
    session = session_pseudonym(request.session.session_key)
    record_read(
        Entry(
            action=Action.SESSION_MOVE, object_type=ObjectType.SESSION, object_id=session, subjects=(user.pk,)
        )
    )
    networks = [*mark["networks"], here.network][-MOST_NETWORKS:]
    _note(request, user, mark | {"seen": now, "networks": networks}, moved=True)
    records = get_authentication_records(request, user)
    if records:
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {name: value for name, value in record.items() if name != "reauthenticated"} for record in records
        ]


@transaction.atomic
def _note(request: HttpRequest, user: User, mark: dict[str, Any], *, moved: bool = False) -> None:
    """In the session, and in the row that the person's list is made of. That it moved stays there until its
    person has said that it was they (people.sessions.services.know)."""
    request.session[_MARK] = mark
    kept = {name: mark[name] for name in ("started", "browser", "networks")} | {"by": _by(request, user)}
    opened = mark_of(request, user)
    if opened:
        kept[IDENTITY_MARK] = opened
    if moved:
        kept["moved"] = True
    key = request.session.session_key
    row = UserSession.objects.select_for_update().filter(session_key=key).first()
    if row is None:
        row = UserSession(session_key=key, ip="0.0.0.0")  # noqa: S104  no address: the network is in `data`
    row.user, row.last_seen_at = user, timezone.now()
    row.data = row.data | kept
    row.save()


def _by(request: HttpRequest, user: User) -> str:
    records = [one for one in get_authentication_records(request, user) if not one.get("reauthenticated")]
    second = next((one for one in reversed(records) if one.get("method") == METHOD), None)
    if any(one.get("method") == IDENTITY for one in records):
        return IDENTITY_AND_FACTOR if second else IDENTITY
    if second:
        return PASSKEY_ALONE if second.get("passwordless") else str(second.get("type", ""))
    return PHONE if any(one.get("method") == PHONE for one in records) else PASSWORD
