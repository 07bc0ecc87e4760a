"""Step-up: before a grave act the person confirms once more who they are.

A page is come back to after the confirmation. A form that was sent is answered by the question for the
password with the form in it (`confirm_first`): what was typed, a reason above all, goes on with the password
to where it was sent, and waits meanwhile in the person's own page alone, never in an address, a cookie or a
session.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
    reauthenticate_by_password,
)
from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

View = Callable[..., HttpResponseBase]
PASSWORD = "step_up_password"  # noqa: S105  the field's name
_OWN = (PASSWORD, "csrfmiddlewaretoken")


def recently_confirmed(request: HttpRequest) -> bool:
    """Whether the person typed a credential again within ACCOUNT_REAUTHENTICATION_TIMEOUT (the sign-in itself
    does not count), or does with this form. allauth lets people without any credential pass; here they do
    not."""
    if not get_reauthentication_flows(request.user):
        return False
    return did_recently_reauthenticate(request) or _confirms(request)


def step_up_required(view: View) -> View:
    """Decorates a view that already knows its person. A GET comes back to itself; a POST goes on with the
    password."""

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if recently_confirmed(request):
            return view(request, *args, **kwargs)
        return confirm_first(request)

    return confirmed


def confirm_first(request: HttpRequest) -> HttpResponseBase:
    """The question for the password. Of a form: the answer holds what was typed, and no cache keeps it."""
    if request.method != "POST":
        return _by_way_of_the_password(request)
    partial = _is_partial(request)
    typed = [(name, value) for name, sent in request.POST.lists() for value in sent]
    context = {
        "carried": [pair for pair in typed if pair[0] not in _OWN],
        "failed": PASSWORD in request.POST,
        "field": PASSWORD,
        "back_url": _sent_from(request),
        "target": request.headers.get("HX-Target", "") if partial else "",
    }
    answer = render(request, f"people/stepup/{'_form' if partial else 'page'}.html", context)
    add_never_cache_headers(answer)
    return answer


def _confirms(request: HttpRequest) -> bool:
    """Whether the form brings the right password: tried as often as allauth's own page allows, and logged as
    there."""
    typed = request.POST.get(PASSWORD)
    if not typed or not ratelimit.consume(request, action="reauthenticate", user=request.user):
        return False
    if not ReauthenticateForm({"password": typed}, user=request.user).is_valid():
        return False
    reauthenticate_by_password(request)
    return True


def _by_way_of_the_password(request: HttpRequest) -> HttpResponseBase:
    partial = _is_partial(request)
    back = _sent_from(request) if partial else request.get_full_path()
    address = f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}"
    if partial:
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
