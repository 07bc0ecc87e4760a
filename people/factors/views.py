"""The person's own second factors: the page of all of them, the authenticator app, recovery codes."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from people.factors import recovery, services
from people.factors.access import awaited_link, factors_of, has_factor, is_obliged
from people.factors.forms import AppForm
from people.factors.sealing import sealed, secrets_of, unsealed
from people.factors.setting_up import before_new_factor, link_in_session, prove
from people.factors.totp import address_for_apps, in_fours, new_secret
from people.oidc.linking import identities_of
from people.pictures import qr_code
from people.requests import SignedIn
from people.stepup import step_up_required

TOTP, CODES, PASSKEY = (
    Authenticator.Type.TOTP,
    Authenticator.Type.RECOVERY_CODES,
    Authenticator.Type.WEBAUTHN,
)
ISSUER = "Sealroom"
_SECRET = "factor_secret"  # noqa: S105  in the session: the sealed secret of an app that is being set up


@login_required
@require_GET
def factors(request: SignedIn) -> HttpResponse:
    user = request.user
    found = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at"))
    codes = next((one for one in found if one.type == CODES), None)
    context = {
        "app": next((one for one in found if one.type == TOTP), None),
        "passkeys": [one for one in found if one.type == PASSKEY],
        "removable": not is_obliged(user) or sum(one.type != CODES for one in found) > 1,
        "obliged": is_obliged(user),
        "codes": codes,
        "codes_left": recovery.left(codes),
        "identities": identities_of(user),
    }
    return render(request, "people/factors/factors.html", context)


@never_cache
@login_required
def app(request: SignedIn) -> HttpResponseBase:
    """GET: the picture and the secret for a new app. POST: the code that it shows."""
    answer = before_new_factor(request)
    if answer is not None:
        return answer
    secret = _secret_being_set_up(request)
    form = AppForm(request.POST if "code" in request.POST else None)
    if form.is_valid():
        try:
            codes = services.set_up_app(
                actor=request.user,
                secret=secret,
                code=form.cleaned_data["code"],
                session_key=request.session.session_key,
                link_id=link_in_session(request),
            )
        except services.NotPossible as problem:
            form.add_error("code", str(problem))
        else:
            del request.session[_SECRET]
            prove(request, TOTP)
            return _codes_shown(request, codes) if codes else redirect("people:factors")
    return render(request, "people/factors/app.html", _for_the_app(request, secret, form))


def _secret_being_set_up(request: SignedIn) -> str:
    """The same for as long as the page is open, so that a second look at it does not undo a scanned one."""
    with secrets_of(request.user.pk):
        kept = request.session.get(_SECRET)
        if kept:
            return unsealed(kept)
        secret = new_secret()
        request.session[_SECRET] = sealed(secret)
        return secret


def _for_the_app(request: SignedIn, secret: str, form: AppForm) -> dict[str, object]:
    user = request.user
    replaces = factors_of(user).filter(type=TOTP).exists()
    return {
        "form": form,
        "picture": qr_code(address_for_apps(secret, account=user.username, issuer=ISSUER)),
        "secret": in_fours(secret),
        "replaces": replaces,
        "obliged": is_obliged(user) and not has_factor(user),
        "needs_link": awaited_link(user) is not None and link_in_session(request) is None,
    }


@never_cache
@login_required
@require_POST
@step_up_required
def codes(request: SignedIn) -> HttpResponseBase:
    try:
        made = services.make_codes(actor=request.user)
    except services.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("people:factors")
    return _codes_shown(request, made)


def _codes_shown(request: SignedIn, codes: list[str]) -> HttpResponse:
    """In the answer itself and nowhere else: no address leads to them again."""
    return render(request, "people/factors/codes.html", {"codes": codes})


@login_required
@step_up_required
def remove(request: SignedIn, factor_id: int) -> HttpResponse:
    """GET: what it means. POST: remove it."""
    factor = factors_of(request.user).filter(pk=factor_id).first()
    if factor is None:
        raise Http404
    if request.method == "POST":
        try:
            services.remove_factor(
                actor=request.user, factor_id=factor_id, session_key=request.session.session_key
            )
        except services.NotPossible as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Removed. Your other sessions have ended."))
        return redirect("people:factors")
    context = {"name": factor.data["name"] if factor.type == PASSKEY else ""}
    return render(request, "people/factors/remove.html", context)
