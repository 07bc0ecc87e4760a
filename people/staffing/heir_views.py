"""Naming who gets what, and settling."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from people.approvals.registry import CannotCarryOut
from people.requests import SignedIn
from people.staffing import access, heirs
from people.staffing.errors import NotNow
from people.staffing.forms import HeirForm


@login_required
@require_POST
def name(request: SignedIn, change_id: UUID) -> HttpResponse:
    """The form of one thing: `thing` is its key on the page, `to` the one chosen beside it."""
    found = access.get_to_name(request.user, change_id)
    code, _dash, typed = request.POST.get("thing", "").partition("-")
    try:
        thing = UUID(typed)
        form = HeirForm(request.POST, heirs=heirs.heirs_of(found, code, thing), label="")
    except (ValueError, KeyError, ObjectDoesNotExist):
        messages.error(request, _("The person does not hold this any more."))
        return redirect("people:staff_change", change_id)
    if not form.is_valid():
        messages.error(request, _("This person could not work with it. Choose another one."))
        return redirect("people:staff_change", change_id)
    try:
        to = form.cleaned_data["to"]
        heirs.name_heir(actor=request.user, change=found, code=code, thing=thing, to=to)
    except NotNow as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Noted."))
    return redirect("people:staff_change", change_id)


@login_required
@require_POST
def settle(request: SignedIn, change_id: UUID) -> HttpResponse:
    found = access.get_to_name(request.user, change_id)
    try:
        asked = heirs.settle(actor=request.user, change=found)
    except NotNow as problem:
        messages.error(request, str(problem))
    except CannotCarryOut:
        messages.error(request, _("Its hour has passed. Call it off and plan it anew."))
    else:
        waits = _("Asked for; an officer confirms it.")
        messages.success(request, waits if asked else _("Settled: it happens at its hour."))
    return redirect("people:staff_change", change_id)
