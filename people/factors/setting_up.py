"""What stands before every page that sets a factor up, and what follows in the session."""

import time

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase

from people.accounts.links import IN_SESSION
from people.factors.access import METHOD, has_factor, proved_here
from people.requests import SignedIn
from people.stepup import confirm_first, recently_confirmed


def before_new_factor(request: SignedIn) -> HttpResponseBase | None:
    """None: go on. Else what to answer.

    A first factor needs a password typed just now, so that a cookie alone adds none; a further one needs the
    one that is there. A session without it, of somebody who has one, ends.
    """
    if proved_here(request):
        return None if recently_confirmed(request) else confirm_first(request)
    if has_factor(request.user):
        logout(request)
        return redirect_to_login("/")
    return None if _signed_in_just_now(request) or recently_confirmed(request) else confirm_first(request)


def link_in_session(request: SignedIn) -> str | None:
    """The one-time link that this browser came by."""
    found: str | None = request.session.get(IN_SESSION)
    return found


def prove(request: SignedIn, kind: str) -> None:
    """From now on this session counts as opened with a factor. Its key is new, so that a copy of the old
    cookie, taken while a password was enough, does not come along."""
    record_authentication(request, request.user, method=METHOD, type=kind)
    old = request.session.session_key
    request.session.cycle_key()
    request.session.pop(IN_SESSION, None)
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def _signed_in_just_now(request: SignedIn) -> bool:
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
