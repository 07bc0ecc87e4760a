"""The person's own passkeys: adding and renaming one."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from audit.browsers import browser_codes
from people.factors.access import awaited_link, has_factor, is_obliged
from people.factors.services import NotPossible
from people.factors.setting_up import before_new_factor, link_in_session, prove
from people.passkeys.ceremonies import KIND, Purpose, ask_for_new, new_passkey, passkeys_of, read, spend
from people.passkeys.forms import NameForm, NewPasskeyForm
from people.passkeys.services import add_passkey, rename_passkey
from people.requests import SignedIn
from people.sessions.words import device_words


@never_cache
@login_required
def add(request: SignedIn) -> HttpResponseBase:
    """GET: what it is, and a name for it. POST: what the device made."""
    answer = before_new_factor(request)
    if answer is not None:
        return answer
    named = device_words(browser_codes(request.headers.get("User-Agent", "")))
    form = NewPasskeyForm(request.POST if "name" in request.POST else None, initial={"name": named})
    if form.is_valid():
        found = read(form.cleaned_data["credential"])
        challenge = spend(request, Purpose.ADD, request.user)
        made = new_passkey(found, challenge) if found and challenge else None
        if made is None:
            form.add_error(None, _("No passkey was made. Try again, in a browser that knows passkeys."))
            return _page(request, form)
        try:
            codes = add_passkey(
                actor=request.user,
                name=form.cleaned_data["name"],
                made=made,
                session_key=request.session.session_key,
                link_id=link_in_session(request),
            )
        except NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            prove(request, KIND)
            if codes:
                return render(request, "people/factors/codes.html", {"codes": codes})
            messages.success(request, _("The passkey is added. Your other sessions have ended."))
            return redirect("people:factors")
    return _page(request, form)


def _page(request: SignedIn, form: NewPasskeyForm) -> HttpResponse:
    user = request.user
    context = {
        "form": form,
        "obliged": is_obliged(user) and not has_factor(user),
        "needs_link": awaited_link(user) is not None and link_in_session(request) is None,
    }
    return render(request, "people/passkeys/add.html", context)


@never_cache
@login_required
@require_POST
def options(request: SignedIn) -> HttpResponseBase:
    """What the script hands to the browser to make a passkey: JSON."""
    answer = before_new_factor(request)
    if answer is not None:
        return JsonResponse({}, status=403)
    return JsonResponse(ask_for_new(request, request.user))


@login_required
def rename(request: SignedIn, factor_id: int) -> HttpResponse:
    found = next((one for one in passkeys_of(request.user) if one.pk == factor_id), None)
    if found is None:
        raise Http404
    form = NameForm(request.POST or None, initial={"name": found.data["name"]})
    if form.is_valid():
        try:
            rename_passkey(actor=request.user, factor_id=factor_id, name=form.cleaned_data["name"])
        except Authenticator.DoesNotExist:
            raise Http404 from None
        messages.success(request, _("Saved."))
        return redirect("people:factors")
    return render(request, "people/passkeys/rename.html", {"form": form})
