"""What a role asks of where and how its holder came in."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit.actions import Action, ObjectType
from audit.middleware import client_address
from audit.refusals import Refused
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.composing.models import ChangeState
from people.roles.doors import services
from people.roles.doors.effects import shut_out
from people.roles.doors.forms import DoorForm
from people.roles.doors.models import DoorChange, RoleDoor
from people.roles.doors.words import door_words
from people.roles.models import Role
from people.roles.permissions import Permission
from people.stepup import step_up_required


@requires(Permission.ROLE_MANAGE)
@require_http_methods(["GET", "POST"])
@step_up_required
def door(request: SignedIn, code: str) -> HttpResponseBase:
    """GET: what it asks. POST: whom the change shuts out now; sent once more with `confirm`, it is made."""
    role = Role.objects.filter(pk=code, retired_at__isnull=True).first()
    if role is None:
        raise Refused(ObjectType.ROLE, None, Action.ROLE_DOOR_ASK)
    now = RoleDoor.objects.filter(role=role).first()
    form = DoorForm(request.POST or None, initial=_initial(now))
    shown: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        try:
            if "confirm" in request.POST:
                change = services.change_door(actor=request.user, role=role, **typed)
                waits = change.state == ChangeState.PENDING
                said = _("Asked for; an officer confirms it.") if waits else _("It holds from now on.")
                messages.success(request, said)
                return redirect("people:roles")
            shown = _effect(role, now, typed)
        except services.NotThat as problem:
            form.add_error(None, str(problem))
    return _page(request, role, now, form, shown)


def _effect(role: Role, now: RoleDoor | None, typed: dict[str, Any]) -> dict[str, Any]:
    networks, begins = services.wanted(
        now, networks=typed["networks"], passkey=typed["passkey"], grace_days=typed["grace_days"]
    )
    return {
        "shut": shut_out(role.code, networks, begins),
        "loosens": role.opens_data and services.loosens(now, networks, begins),
    }


def _page(
    request: SignedIn, role: Role, now: RoleDoor | None, form: DoorForm, shown: dict[str, Any]
) -> HttpResponse:
    waits = DoorChange.objects.filter(role=role, state=ChangeState.PENDING).exists()
    context = {"role": role, "says": door_words(now), "form": form, "waits": waits}
    context["address"] = client_address(request)
    return render(request, "people/roles/door.html", context | shown)


def _initial(now: RoleDoor | None) -> dict[str, Any]:
    if now is None:
        return {}
    return {"networks": "\n".join(now.networks), "passkey": now.passkey_from is not None}
