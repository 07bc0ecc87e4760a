"""Ends sessions by time and by a copied cookie, before anything else is done in them."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import LogUnavailable, record_read
from audit.middleware import log_unavailable, session_pseudonym
from people.accounts.models import User
from people.notices.services import notify
from people.sessions.place import Over, look


class SessionPlaceMiddleware:
    """After audit.middleware.OriginMiddleware, whose origin the entries are recorded with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not user.is_authenticated:
            return self._get_response(request)
        try:
            over = look(request, user)
            return self._get_response(request) if over is None else _ended(request, user, over)
        except LogUnavailable:
            return log_unavailable(request)


def _ended(request: HttpRequest, user: User, over: Over) -> HttpResponse:
    session = session_pseudonym(request.session.session_key)
    record_read(
        Entry(
            action=Action.SESSION_END,
            object_type=ObjectType.SESSION,
            object_id=session,
            subjects=(user.pk,),
            reason=over.value,
        )
    )
    logout(request)
    messages.warning(request, _words(over))
    if over == Over.BROWSER:
        notify("session.stopped", [user])
    answer: HttpResponse = redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("account_login")})
    return answer


def _words(over: Over) -> str:
    if over == Over.BROWSER:
        return _("Your session went on in another browser than it began in, so it was ended. Sign in again.")
    if over == Over.PROVIDER:
        return _("You signed out at the identity provider, so this session was ended. Sign in again.")
    return _("Your session was over: it was not used for long, or it was old. Sign in again.")
