"""One-time links: opened once in the address, then known by the link's id in the session.

The token leaves the address at once (it would stay in histories and be sent as a referrer) and is put nowhere
else: whoever reads the session table finds no token that works. Opening the page uses nothing up, so a mail
scanner that follows links does no harm; only the sent form does.
"""

from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from people.accounts import services
from people.accounts.forms import FirstPersonForm, PasswordForm
from people.accounts.links import IN_SESSION, find_link, link_of
from people.accounts.models import FIRST_PURPOSES, LinkPurpose, OneTimeLink, User
from people.guests.views import gone
from people.invitations import services as invitations
from people.roles.builtin import BUILTIN


@never_cache
@require_GET
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    link = find_link(token)
    if link is None:
        return gone(request)
    request.session[IN_SESSION] = str(link.pk)
    return redirect("people:welcome_enter")


@never_cache
def enter(request: HttpRequest) -> HttpResponseBase:
    link = link_of(request.session.get(IN_SESSION))
    if link is None:
        return gone(request)
    if link.purpose in FIRST_PURPOSES:
        return _first_person(request, link)
    assert link.person is not None
    if link.purpose == LinkPurpose.FACTOR_RESET:
        return _new_factor(request, link)
    if link.purpose == LinkPurpose.INVITATION and link.invitation.by_phone:
        return redirect("people:guest")
    if link.purpose == LinkPurpose.INVITATION and link.person.has_usable_password():
        return _known_guest(request, link)
    return _new_password(request, link, link.person)


def _first_person(request: HttpRequest, link: OneTimeLink) -> HttpResponse:
    form = FirstPersonForm(request.POST or None, person=User())
    if request.method == "POST" and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("username", "display_name", "email", "password")}
        person = services.create_first_person(link=link, language=get_language(), **words)
        return _sign_in(request, person, "/") if person else gone(request)
    role = services.FIRST_ROLES[LinkPurpose(link.purpose)]
    return _page(request, "first", {"form": form, "role": role, "note": BUILTIN[role].note})


def _new_password(request: HttpRequest, link: OneTimeLink, person: User) -> HttpResponse:
    form = PasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password"]
        if link.purpose == LinkPurpose.INVITATION:
            came = invitations.accept(invitation=link.invitation, password=password)
            address = reverse("people:nda", args=[link.invitation.deal_id])
        else:
            came, address = services.choose_password(link=link, password=password), "/"
        return _sign_in(request, came, address) if came else gone(request)
    return _page(request, "password", {"form": form, "person": person})


def _known_guest(request: HttpRequest, link: OneTimeLink) -> HttpResponseBase:
    """Who has a password already proves to be that person by signing in."""
    if request.user.pk != link.person_id:
        return _by_way_of_the_password(request, link)
    if request.method == "POST":
        came = invitations.accept(invitation=link.invitation, password=None)
        return redirect("people:nda", link.invitation.deal_id) if came else gone(request)
    return _page(request, "guest", {})


def _new_factor(request: HttpRequest, link: OneTimeLink) -> HttpResponseBase:
    """The link of a reset opens nothing by itself: the password comes first, then the new second factor,
    which uses it up (people.factors.services)."""
    if request.user.pk != link.person_id:
        return _by_way_of_the_password(request, link)
    return redirect("people:factor_app")


def _by_way_of_the_password(request: HttpRequest, link: OneTimeLink) -> HttpResponseBase:
    logout(request)  # somebody else's session on this machine; the link is kept for after the sign-in
    request.session[IN_SESSION] = str(link.pk)
    return redirect_to_login(reverse("people:welcome_enter"))


def _sign_in(request: HttpRequest, person: User, address: str) -> HttpResponse:
    """Into a fresh session: whatever lay in the one before belonged to nobody or to somebody else."""
    request.session.flush()
    record_authentication(request, person, method="password")
    answer: HttpResponse = perform_login(request, Login(user=person, redirect_url=address))
    return answer


def _page(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"people/welcome/{name}.html", context)
