"""Step-up: before a grave act the person confirms once more who they are.

Who came in with a second factor is asked for one, a code or a passkey: a session taken over, and the password
with it, opens no grave act (OWASP ASVS 5.0, 7.5.3). Who has none types the password.

A page is come back to after the confirmation. A form that was sent is answered by the question with the form
in it (`confirm_first`): what was typed, a reason above all, goes on with the answer to where it was sent, and
waits meanwhile in the person's own page alone, never in an address, a cookie or a session.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from people.factors.access import METHOD, proved_here
from people.factors.checking import take_code
from people.guests.sessions import METHOD as PHONE
from people.guests.sessions import comes_by_phone
from people.passkeys.ceremonies import Purpose, passkeys_of
from people.passkeys.checking import take_passkey
from people.roles.doors.asking import passkey_asked_of

View = Callable[..., HttpResponseBase]
PASSWORD = "step_up_password"  # noqa: S105  the field's name
CODE = "step_up_code"
PASSKEY = "step_up_passkey"  # a script fills it in
OWN = (PASSWORD, CODE, PASSKEY, "csrfmiddlewaretoken")


def recently_confirmed(request: HttpRequest) -> bool:
    """Whether the person gave a credential again within ACCOUNT_REAUTHENTICATION_TIMEOUT (the sign-in itself
    does not count), or does with this form."""
    return _confirmed_before(request) or _confirms(request)


def step_up_required(view: View) -> View:
    """Decorates a view that already knows its person. A GET comes back to itself; a POST goes on with the
    answer."""

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if recently_confirmed(request):
            return view(request, *args, **kwargs)
        return confirm_first(request)

    return confirmed


def confirm_first(request: HttpRequest) -> HttpResponseBase:
    """The question. Of a form: the answer holds what was typed, and no cache keeps it.

    A guest who has no password is sent a code, on a page of its own; a form is then filled in once more.
    """
    if not proved_here(request) and comes_by_phone(request.user):  # type: ignore[arg-type]  # signed in
        return _by_way_of_the_phone(request)
    if request.method != "POST":
        return _by_way_of_the_question(request)
    partial = _is_partial(request)
    typed = [(name, value) for name, sent in request.POST.lists() for value in sent]
    context = _question(request) | {
        "carried": [pair for pair in typed if pair[0] not in OWN],
        "back_url": _sent_from(request),
        "action": request.get_full_path(),
        "target": request.headers.get("HX-Target", "") if partial else "",
    }
    answer = render(request, f"people/stepup/{'_form' if partial else 'page'}.html", context)
    add_never_cache_headers(answer)
    return answer


@login_required
def question(request: HttpRequest) -> HttpResponseBase:
    """The page for what was asked for by GET: back to `next` after the right answer."""
    going_to = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(going_to, allowed_hosts={request.get_host()}):
        going_to = "/"
    if not proved_here(request) and comes_by_phone(request.user):  # type: ignore[arg-type]  # signed in
        return HttpResponseRedirect(f"{reverse('people:phone_again')}?{urlencode({'next': going_to})}")
    if request.method == "POST" and _confirms(request):
        return HttpResponseRedirect(going_to)
    context = _question(request) | {"carried": [("next", going_to)], "back_url": "/", "action": request.path}
    answer = render(request, "people/stepup/page.html", context)
    add_never_cache_headers(answer)
    return answer


def _question(request: HttpRequest) -> dict[str, Any]:
    by_code = proved_here(request)
    field = CODE if by_code else PASSWORD
    failed = field in request.POST or bool(request.POST.get(PASSKEY))
    has_passkey = by_code and bool(passkeys_of(request.user))  # type: ignore[arg-type]  # signed in: ours
    return {
        "by_code": by_code,
        "field": field,
        "failed": failed,
        "has_passkey": has_passkey,
        "no_code": by_code and _by_passkey_alone(request),
    }


def _by_passkey_alone(request: HttpRequest) -> bool:
    """Whether a role of the person asks for a passkey: then nothing that can be read off and passed on
    confirms who they are, not even for what other roles of theirs do."""
    return passkey_asked_of(request.user)  # type: ignore[arg-type]  # signed in: ours


def _confirmed_before(request: HttpRequest) -> bool:
    """By the credential that counts for this session: after a sign-in with a factor no password does."""
    wanted = METHOD if proved_here(request) else _weaker(request)
    records = get_authentication_records(request, request.user)
    kinds = (Authenticator.Type.WEBAUTHN,) if _by_passkey_alone(request) else ()
    given = [
        one["at"]
        for one in records
        if one.get("reauthenticated") and one["method"] == wanted and (not kinds or one.get("type") in kinds)
    ]
    return bool(given) and time.time() - given[-1] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def _weaker(request: HttpRequest) -> str:
    return PHONE if comes_by_phone(request.user) else "password"  # type: ignore[arg-type]  # signed in


def _confirms(request: HttpRequest) -> bool:
    """Whether the form brings the right answer: tried as often as at the sign-in, and logged as there."""
    if proved_here(request):
        if request.POST.get(PASSKEY):
            return _by_passkey(request)
        return not _by_passkey_alone(request) and _by_code(request)
    return _by_password(request)


def _by_code(request: HttpRequest) -> bool:
    typed = request.POST.get(CODE)
    if not typed:
        return False
    found = take_code(request, person=request.user, typed=typed)  # type: ignore[arg-type]
    if found is None:
        return False
    post_authentication(request, found, reauthenticated=True)
    return True


def _by_passkey(request: HttpRequest) -> bool:
    typed, person = request.POST[PASSKEY], request.user
    found = take_passkey(request, purpose=Purpose.STEP_UP, person=person, typed=typed)  # type: ignore[arg-type]
    if found is None:
        return False
    post_authentication(request, found, reauthenticated=True)
    return True


def _by_password(request: HttpRequest) -> bool:
    typed = request.POST.get(PASSWORD)
    if not typed or not ReauthenticateForm({"password": typed}, user=request.user).is_valid():
        return False
    reauthenticate_by_password(request)
    return True


def _by_way_of_the_question(request: HttpRequest) -> HttpResponseBase:
    partial = _is_partial(request)
    back = _sent_from(request) if partial else request.get_full_path()
    address = f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
    if partial:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _by_way_of_the_phone(request: HttpRequest) -> HttpResponseBase:
    back = request.get_full_path() if request.method == "GET" else _sent_from(request)
    address = f"{reverse('people:phone_again')}?{urlencode({'next': back})}"
    if _is_partial(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def _is_partial(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _sent_from(request: HttpRequest) -> str:
    """The page that sent this, as a path of this site: never an address that the browser or a foreign page
    made up."""
    sent_from = request.headers.get("HX-Current-URL" if _is_partial(request) else "Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(sent_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
