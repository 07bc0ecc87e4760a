"""The key page, and asking for a rotation."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.coverage import POLLED, leaves_no_entry
from audit.refusals import Refused
from people.approvals.models import ApprovalRequest
from people.approvals.models import State as ApprovalState
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.stepup import step_up_required
from vault.custody import access, services
from vault.custody.ages import compartment_key_ages, data_key_ages
from vault.custody.forms import InventoryFilter, RotateForm
from vault.custody.models import KeyringBackup, KeyRotation, RotationState
from vault.custody.recovery_state import recovery_state
from vault.keys import inventory
from vault.keys.providers.reachable import provider_state

ROTATIONS_SHOWN = 5


@requires(*access.SEES)
@require_GET
def keys(request: SignedIn) -> HttpResponse:
    filters = InventoryFilter(request.GET or None)
    chosen = filters.cleaned_data if filters.is_valid() else {}
    page = access.compartments_page(
        request.user,
        after=_cursor(request, "after"),
        before=_cursor(request, "before"),
        among=[chosen["compartment"]] if chosen.get("compartment") else None,
        state=chosen.get("state", ""),
    )
    versions = inventory.root_versions()
    rotations = list(
        KeyRotation.objects.select_related("ordered_by").order_by("-ordered_at")[:ROTATIONS_SHOWN]
    )
    running = next((one for one in rotations if one.is_open), None)
    may_rotate = has(request.user, Permission.KEY_ROTATE)
    context = {
        "page": page,
        "filters": filters,
        "versions": versions,
        "rotations": rotations,
        "running": running,
        "may_rotate": may_rotate and bool(versions) and running is None,
        "may_go_on": may_rotate and running is not None and running.state == RotationState.STOPPED,
        "may_freeze": has(request.user, Permission.KEY_FREEZE),
        "provider": provider_state(),
        "waiting": _waiting() if may_rotate else None,
        "recovery": recovery_state(versions[0]) if versions else None,
        "backups": KeyringBackup.objects.filter(destroyed_at__isnull=True).count(),
        "data_keys": data_key_ages(),
        "compartment_keys": compartment_key_ages(),
        "to_replace": inventory.nearly_used_up(),
    }
    return render(request, "vault/custody/keys.html", context)


@requires(*access.SEES)
@require_GET
@leaves_no_entry(POLLED)
def progress(request: SignedIn, rotation_id: UUID) -> HttpResponse:
    """The progress bar alone, polled while the worker is at it."""
    found = _rotation(rotation_id)
    return render(request, "vault/custody/_progress.html", {"running": found})


@requires(Permission.KEY_ROTATE)
@require_http_methods(["GET", "POST"])
@step_up_required
def rotate(request: SignedIn) -> HttpResponse:
    """Says what will happen, and asks a second person for it."""
    form = RotateForm(request.POST or None)
    try:
        version = services.rotatable_version()
        if form.is_valid():
            asked = services.ask_for_rotation(actor=request.user, reason=form.cleaned_data["reason"])
            return redirect("people:approval", asked.pk)
    except services.CannotRotate as problem:
        messages.error(request, str(problem))
        return redirect("vault:keys")
    return render(request, "vault/custody/rotate.html", {"form": form, "version": version})


@requires(Permission.KEY_ROTATE)
@require_POST
def go_on(request: SignedIn, rotation_id: UUID) -> HttpResponse:
    services.go_on(actor=request.user, rotation=_rotation(rotation_id))
    messages.success(request, _("The rotation goes on within half a minute."))
    return redirect("vault:keys")


def _rotation(rotation_id: UUID) -> KeyRotation:
    """Raises Refused."""
    found = KeyRotation.objects.filter(pk=rotation_id).first()
    if found is None:
        raise Refused(ObjectType.KEY_ROTATION, rotation_id, Action.KEYS_VIEW)
    return found


def _waiting() -> ApprovalRequest | None:
    found = ApprovalRequest.objects.filter(action=services.ACTION, state=ApprovalState.PENDING)
    return next((request for request in found.order_by("-created_at") if request.is_open), None)


def _cursor(request: SignedIn, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
