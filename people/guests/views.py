"""The way of a guest on a phone: the scanned link, the code, the room. And back, by number and code.

Every page works in WeChat's browser: no second window, no download, no script needed, one first-party
cookie. Opening a link sends nothing and uses nothing up, whatever looked at it before its person did; only
forms that are sent do.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.links import IN_SESSION, link_of
from people.accounts.models import LinkPurpose, OneTimeLink, User
from people.guests import pending, services
from people.guests.forms import NumberForm, PhoneCodeForm
from people.guests.pending import Ask, Typed, Why
from people.guests.sessions import comes_by_phone, prove_again, sign_in
from people.guests.tasks import send_code
from people.invitations.access import open_invitations
from people.invitations.registry import ROOM, landing_of
from people.invitations.services import accept_by_phone
from people.requests import SignedIn
from people.sms.sending import NotSent, is_set_up

_ASK = "phone_ask"  # where a browser's session holds the id of its ask
_NEXT = "phone_next"


@never_cache
@require_http_methods(["GET"])
def guest(request: HttpRequest) -> HttpResponse:
    """What the scanned link leads to: who invites, under which code name, and what happens next."""
    link = _invited_by(request)
    if link is None:
        return gone(request)
    invitation = link.invitation
    title = landing_of(invitation.landing).title(invitation.deal_id)
    context = {"invitation": invitation, "title": title, "set_up": is_set_up()}
    return render(request, "people/guests/guest.html", context)


@never_cache
@require_POST
def send(request: HttpRequest) -> HttpResponse:
    """A code to the number that was invited."""
    link = _invited_by(request)
    if link is None:
        return gone(request)
    try:
        _send_now(request, services.ask_for_invitation(link))
    except (NotSent, services.TooMany) as problem:
        messages.error(request, _why_not(problem))
        return redirect("people:guest")
    return redirect("people:guest_code")


@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The same page, and the same answers, for a number that gets no code."""
    ask = pending.found(request.session.get(_ASK))
    if ask is None:
        return _asked_anew(request, None)
    form = PhoneCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = services.take_code(ask, form.cleaned_data["code"], _person_of(ask))
        if answer is Typed.RIGHT:
            return _came(request, ask)
        if answer is Typed.OVER:
            messages.error(request, _("That was one try too many, or too late. Ask for a new code."))
            return _asked_anew(request, ask)
        form.add_error("code", _("The code is wrong, or older than five minutes."))
    return render(request, "people/guests/code.html", {"form": form, "anew": _anew(ask)})


@never_cache
@require_http_methods(["GET", "POST"])
def phone(request: HttpRequest) -> HttpResponse:
    """For guests who come back: their number, then a code. One answer for all numbers."""
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask = services.ask_to_sign_in(form.cleaned_data["number"])
        except services.TooMany as problem:
            form.add_error(None, _why_not(problem))
        else:
            send_code.delay(ask.id)
            request.session[_ASK] = ask.id
            return redirect("people:guest_code")
    return render(request, "people/guests/phone.html", {"form": form})


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def again(request: SignedIn) -> HttpResponse:
    """Before a grave act of somebody who has no password: a code to their phone, once more."""
    if not comes_by_phone(request.user):
        raise Refused(ObjectType.PAGE, None, Action.PHONE_ASK)
    going_to = request.GET.get("next", "")
    if request.method == "POST":
        try:
            _send_now(request, services.ask_again(request.user))
        except (NotSent, services.TooMany) as problem:
            messages.error(request, _why_not(problem))
        else:
            request.session[_NEXT] = _safe(request, request.POST.get("next", ""))
            return redirect("people:guest_code")
    return render(request, "people/guests/again.html", {"next": _safe(request, going_to)})


def gone(request: HttpRequest) -> HttpResponse:
    """One answer for unknown, used, cancelled and expired links."""
    request.session.pop(IN_SESSION, None)
    return render(request, "people/welcome/gone.html", status=410)


def _send_now(request: HttpRequest, ask: Ask) -> None:
    services.deliver(ask)
    request.session[_ASK] = ask.id


def _came(request: HttpRequest, ask: Ask) -> HttpResponse:
    """The right code was typed."""
    person = _person_of(ask)
    assert person is not None
    if ask.why is Why.AGAIN:
        return _confirmed(request, person)
    if ask.why is Why.SIGN_IN:
        return sign_in(request, person, _home_of(person))
    link = link_of(ask.link)
    if link is None or accept_by_phone(invitation=link.invitation) is None:
        return gone(request)
    return sign_in(request, person, _first_page(link))


def _first_page(link: OneTimeLink) -> str:
    invitation = link.invitation
    landing = landing_of(invitation.landing)
    if landing.undertaking:
        return reverse("people:nda", args=[invitation.deal_id])
    return landing.address(invitation.deal_id)


def _home_of(person: User) -> str:
    newest = open_invitations(person).order_by("-accepted_at").values_list("landing", flat=True).first()
    return landing_of(newest or ROOM).home()


def _confirmed(request: HttpRequest, person: User) -> HttpResponse:
    """Only in the session that asked, of the person whom it is of."""
    if request.user.pk != person.pk:
        return _asked_anew(request, None)
    request.session.pop(_ASK, None)
    prove_again(request, person)
    return redirect(_safe(request, request.session.pop(_NEXT, "")))


def _person_of(ask: Ask) -> User | None:
    return User.objects.filter(pk=ask.person, is_active=True).first() if ask.person else None


def _invited_by(request: HttpRequest) -> OneTimeLink | None:
    link = link_of(request.session.get(IN_SESSION))
    if link is None or link.purpose != LinkPurpose.INVITATION or not link.invitation.by_phone:
        return None
    return link


def _asked_anew(request: HttpRequest, ask: Ask | None) -> HttpResponse:
    request.session.pop(_ASK, None)
    return redirect(_anew(ask))


def _anew(ask: Ask | None) -> str:
    """Where a new code is asked for."""
    ways = {Why.INVITATION: "people:guest", Why.AGAIN: "people:phone_again"}
    return reverse(ways.get(ask.why, "people:phone") if ask else "people:phone")


def _safe(request: HttpRequest, address: str) -> str:
    inside = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if inside else "/"


def _why_not(problem: Exception) -> str:
    if isinstance(problem, services.TooMany):
        return _("Too many codes were asked for. Wait an hour, then try again.")
    return _("The text message could not be sent just now. Try again in a few minutes.")
