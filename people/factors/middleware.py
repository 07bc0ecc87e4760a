"""The gate of the second factor, on each request and before any view."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from audit.actions import Action, ObjectType, Reason
from audit.coverage import page_code
from audit.entry import Entry
from audit.log import LogUnavailable, record_refusal
from audit.middleware import log_unavailable
from audit.refusals import record
from people.factors.access import has_factor, is_obliged, proved_here
from people.factors.strength import FactorNeeded, session_asked

SET_UP = "people:factor_app"
# What whoever still lacks a second factor may open: setting one up, and what that page itself needs.
OPEN = frozenset(
    {
        SET_UP,
        "people:passkey_add",
        "people:passkey_options",
        "people:guest",
        "people:guest_code",
        "people:guest_send",
        "people:phone_again",
        "people:welcome",
        "people:welcome_enter",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "ui:language",
        "ui:theme",
        "healthz",
        "readyz",
    }
)


class SecondFactorMiddleware:
    """After audit.middleware.OriginMiddleware, whose origin the refusal is recorded with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with session_asked(request):
            return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What only a second factor opens: the page that says so leads to setting one up."""
        if not isinstance(exception, FactorNeeded):
            return None
        try:
            record(exception)
        except LogUnavailable:
            return log_unavailable(request)
        return render(request, "people/factors/needed.html", status=HTTPStatus.FORBIDDEN)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], *_: Any
    ) -> HttpResponseBase | None:
        found = request.resolver_match
        if not request.user.is_authenticated or proved_here(request) or not is_obliged(request.user):
            return None
        name = found.view_name if found else ""
        if name in OPEN:
            return None
        try:
            return _sent_away(request, name)
        except LogUnavailable:
            return log_unavailable(request)


def _sent_away(request: HttpRequest, name: str) -> HttpResponseBase:
    """To the page that sets a factor up. Who has one came into this session without it: they sign in anew."""
    record_refusal(
        Entry(
            action=Action.REQUEST_REFUSE,
            object_type=ObjectType.PAGE,
            object_id=None,
            reason=str(Reason.NO_FACTOR),
            fields=(page_code(name),),
        )
    )
    answer: HttpResponse = redirect(SET_UP)
    if has_factor(request.user):  # type: ignore[arg-type]  # signed in, so one of our accounts
        logout(request)
        answer = redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
    if request.headers.get("HX-Request") == "true":
        address = reverse(SET_UP) if request.user.is_authenticated else reverse("account_login")
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return answer
