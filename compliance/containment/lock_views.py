"""Locking something, with what stops; and asking for the end of a lock."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from compliance.containment.access import MAY_LOCK, Target, get_lock, target_for, target_of
from compliance.containment.approval import ask_to_end, waiting_for
from compliance.containment.cases import Case
from compliance.containment.codes import Severity
from compliance.containment.forms import EndForm, LockForm
from compliance.containment.locking import set_lock
from compliance.containment.models import IncidentLock
from compliance.containment.stopping import what_stops
from people.accounts.models import User
from people.locks.codes import Kind, LockReason
from people.locks.models import Lock
from people.locks.standing import in_force
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.records.errors import NotPossible

BAD = HTTPStatus.UNPROCESSABLE_ENTITY


@require_http_methods(["GET", "POST"])
@requires(*MAY_LOCK)
@never_cache
def lock(request: SignedIn, kind: str, object_id: UUID) -> HttpResponse:
    """GET: what stops. POST: lock. No step-up before it: it takes away only, and each second counts."""
    if kind not in Kind.values:
        raise Refused(ObjectType.LOCK, object_id, Action.LOCK_SET)
    target = target_for(request.user, Kind(kind), object_id)
    standing = in_force().filter(kind=kind, object_id=object_id).first()
    if standing is not None:
        return redirect("compliance:lock_end", standing.pk)
    officer = has(request.user, Permission.INCIDENT_MANAGE)
    form = LockForm(request.POST or None, officer=officer)
    if form.is_valid():
        try:
            made = _set(request.user, target, form)
        except NotPossible as problem:
            form.add_error(None, str(problem.message))
        else:
            messages.success(request, _("Locked. What ran has stopped; two people end it."))
            if officer:
                return redirect("compliance:incident", IncidentLock.objects.get(lock=made).incident_id)
            return redirect("compliance:lock_end", made.pk)
    record_read(
        Entry(
            action=Action.LOCK_VIEW,
            object_type=target.object_type,
            object_id=object_id,
            deal=target.deal.pk if target.deal else None,
        )
    )
    context = {
        "target": target,
        "stops": what_stops(target),
        "form": form,
        "back": _back(request.user, target),
    }
    status = BAD if form.is_bound else HTTPStatus.OK
    return render(request, "compliance/containment/lock.html", context, status=status)


def _set(actor: User, target: Target, form: LockForm) -> Lock:
    typed = form.cleaned_data
    chosen = UUID(typed["case"]) if typed.get("case") else None
    return set_lock(
        actor=actor,
        kind=target.kind,
        object_id=target.object_id,
        reason=LockReason(typed["reason"]),
        words=typed["words"],
        discovered_at=typed["discovered_at"],
        case=Case(chosen, Severity(typed.get("severity") or Severity.ORDINARY)),
    )


@require_http_methods(["GET", "POST"])
@requires(*MAY_LOCK)
@never_cache
def end(request: SignedIn, lock_id: UUID) -> HttpResponse:
    """Since when, by whom and why it is locked; and the request that it end, which another one decides."""
    found = get_lock(request.user, lock_id)
    form = EndForm(request.POST or None)
    if form.is_valid():
        try:
            asked = ask_to_end(actor=request.user, lock_id=lock_id, reason=form.cleaned_data["reason"])
        except (NotPossible, ValidationError) as problem:
            form.add_error(None, str(getattr(problem, "message", problem)))
        else:
            messages.success(request, _("Asked for. It stays locked until another officer has approved."))
            return redirect("people:approval", asked.pk)
    target = target_of(found)
    assert target is not None
    record_read(
        Entry(action=Action.LOCK_VIEW, object_type=ObjectType.LOCK, object_id=lock_id, deal=found.deal_id)
    )
    officer = has(request.user, Permission.INCIDENT_MANAGE)
    context = {
        "lock": found,
        "target": target,
        "form": form,
        "waiting": waiting_for(found),
        "incident_id": IncidentLock.objects.get(lock=found).incident_id if officer else None,
        "back": _back(request.user, target),
    }
    status = BAD if form.is_bound else HTTPStatus.OK
    return render(request, "compliance/containment/end.html", context, status=status)


def _back(user: User, target: Target) -> str:
    """Where it was locked from, or the cases."""
    if target.person is not None:
        return reverse("people:person", args=[target.object_id])
    if has(user, Permission.INCIDENT_MANAGE):
        return reverse("compliance:incidents")
    assert target.deal is not None
    return reverse("deals:deal", args=[target.deal.pk])
