"""Sessions that a phone's code opened: marked so, and over after half a day whatever is done in them."""

from datetime import timedelta

from allauth.account.internal.flows.login import (
    get_authentication_records,
    perform_login,
    record_authentication,
)
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from people.accounts.models import User
from people.guests.models import GuestPhone

METHOD = "sms"  # in allauth's authentication records
LASTS = timedelta(hours=12)


def sign_in(request: HttpRequest, person: User, address: str) -> HttpResponse:
    """Into a fresh session: whatever lay in the one before belonged to nobody or to somebody else.

    An end that is a moment, unlike one that is a length, is not moved by what is done in the session: Django
    keeps it with the session, and neither the store nor the browser gives it out afterwards. Somebody who
    set up a second factor is asked for it next, as after a password.
    """
    request.session.flush()
    request.session.set_expiry(timezone.now() + LASTS)
    record_authentication(request, person, method=METHOD)
    answer: HttpResponse = perform_login(request, Login(user=person, redirect_url=address))
    return answer


def prove_again(request: HttpRequest, person: User) -> None:
    """The person has typed a code in the session that they are in."""
    record_authentication(request, person, method=METHOD, reauthenticated=True)


def comes_by_phone(user: User) -> bool:
    """Whether a code to their phone is all that this person can confirm with: they have no password."""
    return not user.has_usable_password() and GuestPhone.objects.filter(person_id=user.pk).exists()


def came_by_phone(request: HttpRequest, user: User) -> bool:
    """Whether this session was opened by a phone's code."""
    return any(one.get("method") == METHOD for one in get_authentication_records(request, user))
