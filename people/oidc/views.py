"""Leaving for an identity provider and coming back: to sign in, or to link an identity with one's account."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from people.accounts.models import User
from people.oidc import linking
from people.oidc.ceremony import METHOD, NotProved, Proof, Purpose, come_back, leave, purpose_here
from people.oidc.opened import remember
from people.oidc.providers import Provider, providers
from people.oidc.published import Unusable
from people.requests import SignedIn
from people.stepup import step_up_required


@never_cache
@require_POST
def sign_in(request: HttpRequest, provider_code: str) -> HttpResponse:
    """To the provider. A form's, so that no other site sends anybody off to sign in here."""
    provider = _provider(provider_code)
    going_to = get_next_redirect_url(request) or "/"
    if request.user.is_authenticated:
        return HttpResponseRedirect(going_to)  # not `redirect`, which takes words for names of views
    if not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login", key=METHOD):
        return _not_now(request, provider, "account_login")
    return _leave(request, provider, Purpose.SIGN_IN, going_to)


@never_cache
@login_required
@require_POST
@step_up_required
def link(request: SignedIn, provider_code: str) -> HttpResponse:
    return _leave(request, _provider(provider_code), Purpose.LINK, reverse("people:factors"))


@login_required
@require_POST
@step_up_required
def unlink(request: SignedIn, provider_code: str) -> HttpResponse:
    linking.unlink(
        actor=request.user, provider=_provider(provider_code), session_key=request.session.session_key
    )
    messages.success(request, _("Removed. Your other sessions have ended."))
    return redirect("people:factors")


@never_cache
@require_GET
def come(request: HttpRequest, provider_code: str) -> HttpResponseBase:
    """Where a provider sends people back to. Whoever comes without having been sent gets the same answer as
    somebody whose proof does not hold."""
    provider, purpose = _provider(provider_code), purpose_here(request)
    usage = ratelimit.consume(
        request, app="allauth.account", action="login_failed", key=METHOD, limit_get=True
    )
    if not usage:
        return _refused(request, purpose)
    user = request.user if isinstance(request.user, User) else None
    try:
        proof = come_back(request, provider, purpose, person=user)
    except NotProved:
        linking.refuse(user.pk if user else None)
        return _refused(request, purpose)
    except Unusable:
        return _not_now(request, provider, _page_of(purpose))
    if purpose == Purpose.LINK:
        usage.rollback()
        assert user is not None  # come_back compared whose attempt it is
        return _linked(request, user, proof)
    person = linking.person_of(proof)
    if person is None:
        return _refused(request, purpose)
    usage.rollback()
    return _signed_in(request, person, proof)


def _leave(request: HttpRequest, provider: Provider, purpose: Purpose, going_to: str) -> HttpResponse:
    """A page that goes on by itself: a redirect would be stopped by our own rule that forms are sent to this
    site alone (form-action), which browsers apply to what follows a form as well."""
    user = request.user if isinstance(request.user, User) else None
    try:
        address = leave(request, provider, purpose, person=user, going_to=going_to)
    except Unusable:
        return _not_now(request, provider, _page_of(purpose))
    return render(request, "people/oidc/leave.html", {"provider": provider, "address": address})


def _signed_in(request: HttpRequest, person: User, proof: Proof) -> HttpResponse:
    """Into a fresh session, which goes on to the second factor as after a password."""
    request.session.flush()
    remember(request, person, proof)
    record_authentication(request, person, method=METHOD)
    answer: HttpResponse = perform_login(request, Login(user=person, redirect_url=proof.going_to))
    return answer


def _linked(request: HttpRequest, user: User, proof: Proof) -> HttpResponse:
    try:
        linking.link(actor=user, proof=proof, session_key=request.session.session_key)
    except linking.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Linked. Your other sessions have ended."))
    return redirect(proof.going_to)


def _refused(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    """One answer for an identity that nobody linked, an account that is closed and a proof that does not
    hold: it tells nothing about accounts."""
    if purpose == Purpose.LINK or request.user.is_authenticated:
        messages.error(request, _("Nothing was linked: the identity provider's answer was not accepted."))
        return redirect("people:factors")
    messages.error(
        request,
        _(
            "This did not sign you in. Sign in with your password or a passkey, then link the identity "
            "provider under “Sign-in methods”."
        ),
    )
    return redirect("account_login")


def _not_now(request: HttpRequest, provider: Provider, page: str) -> HttpResponse:
    messages.error(
        request, _("%(name)s cannot be reached now. Nothing was changed.") % {"name": provider.label}
    )
    return redirect(page)


def _page_of(purpose: Purpose) -> str:
    return "people:factors" if purpose == Purpose.LINK else "account_login"


def _provider(code: str) -> Provider:
    found = providers().get(code)
    if found is None:
        raise Http404
    return found
