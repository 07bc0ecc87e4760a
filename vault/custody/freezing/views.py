"""The page of one freeze: begin it with one person's word, ask for its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.custody.freezing import services
from vault.custody.freezing.codes import FreezeReason
from vault.custody.freezing.forms import FreezeForm, ThawForm
from vault.custody.owners import owners_of


@requires(Permission.KEY_FREEZE, Permission.BOOK_MANAGE)
@require_http_methods(["GET", "POST"])
@never_cache
def freezing(request: SignedIn, compartment: UUID) -> HttpResponse:
    """No step-up before a freeze: it takes away only, and each second counts."""
    services.check_may_freeze(request.user, compartment)
    state = services.state_of(compartment)
    form = FreezeForm(request.POST or None) if state is None else ThawForm(request.POST or None)
    if form.is_valid():
        return _done(request, compartment, form.cleaned_data["reason"], thaw=state is not None)
    owner = owners_of(request.user, [compartment]).get(compartment)
    context = {
        "compartment": compartment,
        "owner": owner,
        "state": state,
        "form": form,
        "back": _back(request, compartment),
    }
    return render(request, "vault/freezing/freezing.html", context)


def _done(request: SignedIn, compartment: UUID, reason: str, *, thaw: bool) -> HttpResponse:
    if thaw:
        try:
            services.ask_to_thaw(actor=request.user, compartment=compartment, reason=reason)
        except services.CannotThaw as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Asked for. It stays frozen until an officer has approved."))
    else:
        services.freeze(actor=request.user, compartment=compartment, reason=FreezeReason(reason))
        messages.success(request, _("Frozen. Nobody can open anything in it."))
    return redirect("vault:freezing", compartment)


def _back(request: SignedIn, compartment: UUID) -> str:
    if has(request.user, Permission.KEY_FREEZE):
        return f"{reverse('vault:keys')}?compartment={compartment}"
    return reverse("vault:book", args=[compartment])
