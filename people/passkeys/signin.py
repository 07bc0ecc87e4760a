"""Signing in by a passkey: without name and password, or as the second step; and confirming by it.

Who answers a sign-in without a name, the passkey says: the page asks nobody's name and lists nobody's
passkeys, so it tells nothing about who has an account.
"""

from allauth.account.models import Login
from allauth.account.stages import LoginStageController
from allauth.account.utils import get_next_redirect_url
from allauth.core.internal import ratelimit
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from people.accounts.models import User
from people.passkeys.ceremonies import Purpose, ask
from people.passkeys.checking import take_passkey


@never_cache
@require_POST
def challenge(request: HttpRequest) -> JsonResponse:
    """What the script hands to the browser to have something signed: JSON; 404 for what is not under way."""
    purpose = request.POST.get("for")
    if purpose == Purpose.SIGN_IN:
        # Each leaves a session in the store, so a stranger may ask for so many only.
        if not ratelimit.consume(request, app="allauth.mfa", action="webauthn_login"):
            return JsonResponse({}, status=429)
        return JsonResponse(ask(request, Purpose.SIGN_IN, None))
    if purpose == Purpose.STEP_UP and isinstance(request.user, User):
        return JsonResponse(ask(request, Purpose.STEP_UP, request.user))
    person = _at_second_step(request) if purpose == Purpose.SECOND else None
    if person is not None:
        return JsonResponse(ask(request, Purpose.SECOND, person))
    return JsonResponse({}, status=404)


@never_cache
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """The whole sign-in: the device has the passkey and has verified its person."""
    going_to = get_next_redirect_url(request)
    if request.user.is_authenticated:
        return HttpResponseRedirect(going_to or "/")  # not `redirect`, which takes words for names of views
    usage = ratelimit.consume(request, app="allauth.account", action="login_failed", key="passkey")
    found = None
    if usage:
        typed = request.POST.get("credential", "")
        found = take_passkey(request, purpose=Purpose.SIGN_IN, person=None, typed=typed)
    if found is None:
        messages.error(request, _("The passkey was not accepted. Try again, or sign in with your password."))
        again = f"?{urlencode({'next': going_to})}" if going_to else ""
        return redirect(reverse("account_login") + again)
    usage.rollback()
    login = Login(user=found.user, redirect_url=going_to)
    answer: HttpResponse = perform_passwordless_login(request, found, login)
    return answer


def _at_second_step(request: HttpRequest) -> User | None:
    """Whose password was typed in this session and who has not gone on yet."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    found: User | None = stage.login.user if stage is not None else None
    return found
