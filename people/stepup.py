"""Step-up: before a grave act the person confirms once more who they are."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from allauth.account.internal.flows.reauthentication import (
    did_recently_reauthenticate,
    get_reauthentication_flows,
)
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

View = Callable[..., HttpResponseBase]


def recently_confirmed(request: HttpRequest) -> bool:
    """Whether the person typed a credential again within ACCOUNT_REAUTHENTICATION_TIMEOUT (the sign-in itself
    does not count). allauth lets people without any credential pass; here they do not."""
    return bool(get_reauthentication_flows(request.user)) and did_recently_reauthenticate(request)


def step_up_required(view: View) -> View:
    """Decorates a view that already knows its person. A GET comes back to itself; a POST comes back to the
    page it was sent from, to be sent again: what was typed never waits in the session, where it would lie
    unsealed."""

    @wraps(view)
    def confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if recently_confirmed(request):
            return view(request, *args, **kwargs)
        address = f"{reverse('account_reauthenticate')}?{urlencode({'next': _way_back(request)})}"
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": address})
        return HttpResponseRedirect(address)

    return confirmed


def _way_back(request: HttpRequest) -> str:
    """A path of this site: never an address that the browser or a foreign page made up."""
    partial = request.headers.get("HX-Request") == "true"
    if request.method == "GET" and not partial:
        return request.get_full_path()
    sent_from = request.headers.get("HX-Current-URL" if partial else "Referer", "")
    if not url_has_allowed_host_and_scheme(sent_from, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(sent_from)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or "/"
