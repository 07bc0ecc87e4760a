"""Says for the time of a request from where and how it came (people.roles.doors.here)."""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse

from audit.middleware import client_address
from people.accounts.models import User
from people.roles.doors.here import Here, coming_from
from people.roles.doors.networks import read_address


class DoorMiddleware:
    """After audit.middleware.OriginMiddleware and before anything that asks what somebody may do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with coming_from(here_in(request)):
            return self._get_response(request)


def here_in(request: HttpRequest) -> Here:
    """The address as the trusted proxies tell it (audit.middleware), and whether a passkey opened the
    session: by the session alone, no table."""
    user = request.user
    signed_in = isinstance(user, User) and user.is_authenticated
    return Here(
        person=user.pk if signed_in else None,
        address=read_address(client_address(request)),
        by_passkey=signed_in and opened_by_passkey(request),
    )


def opened_by_passkey(request: HttpRequest) -> bool:
    """Whether the session was opened with a passkey, alone or as the second factor. One that confirms later
    what somebody does (people.stepup) does not make another session of it."""
    records = get_authentication_records(request, request.user)
    return any(
        record.get("type") == Authenticator.Type.WEBAUTHN and not record.get("reauthenticated")
        for record in records
    )
