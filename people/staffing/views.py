"""Who leaves and who changes jobs: the list, one change, planning it, calling it off."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import requires
from people.staffing import access, heirs, planning
from people.staffing.checklist import checklist
from people.staffing.codes import Kind, State
from people.staffing.effects import difference
from people.staffing.errors import NotNow
from people.staffing.forms import HeirForm, ItemForm, JoinForm, LeaveForm, MoveForm
from people.staffing.models import StaffChange
from people.stepup import step_up_required


@login_required
@require_GET
def changes(request: SignedIn) -> HttpResponse:
    found = access.which_changes(request.user)
    if not access.may_plan(request.user) and not found.exists():
        raise Refused(ObjectType.STAFF_CHANGE, None, Action.STAFFING_VIEW)
    page = page_of(request, found, by="-planned_at")
    context = {"page": page, "plans": access.may_plan(request.user)}
    return render(request, "people/staffing/list.html", context)


@login_required
@require_GET
def change(request: SignedIn, change_id: UUID) -> HttpResponse:
    """Who gets what, to those who say so; to others whether all of it is settled."""
    shown = access.get_change(request.user, change_id)
    record_read(
        Entry(
            action=Action.STAFFING_VIEW,
            object_type=ObjectType.STAFF_CHANGE,
            object_id=shown.pk,
            subjects=(shown.person_id,),
        )
    )
    return render(request, "people/staffing/change.html", change_context(request, shown))


def change_context(request: SignedIn, shown: StaffChange) -> dict[str, Any]:
    names = access.names_heirs(request.user, shown)
    held = heirs.held_by(shown) if shown.is_open else []
    plans = access.may_plan(request.user)
    return {
        "change": shown,
        "plans": plans,
        "names": names and shown.state in (State.PLANNED, State.SET),
        "groups": [
            (label, [(one, _heir_form(shown, one)) for one in rows]) for label, rows in heirs.by_label(held)
        ]
        if names
        else [],
        "without": sum(one.named is None and not one.thing.may_lapse for one in held),
        "may_settle": names and shown.state == State.PLANNED,
        "asked": heirs.waiting_request(shown),
        "difference": difference(shown) if shown.is_open and shown.kind == Kind.MOVE else None,
        "steps": checklist(shown) if shown.kind == Kind.JOIN else [],
        "items": shown.items.select_related("taken_by").order_by("id") if plans or names else [],
        "item_form": ItemForm() if plans and shown.leaves else None,
    }


def _heir_form(shown: StaffChange, one: heirs.Held) -> HeirForm:
    return HeirForm(
        heirs=one.estate.heirs(shown.person, one.thing.id),
        label=_("Who gets it"),
        initial={"to": one.named},
        auto_id=f"{one.key}-%s",
    )


@requires(*access.PLANNERS)
@require_http_methods(["GET", "POST"])
@step_up_required
def leave(request: SignedIn, person_id: UUID) -> HttpResponseBase:
    """GET: the form. POST: plan that the person leaves, or have it done at once."""
    person = access.get_person(request.user, person_id)
    form = LeaveForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            planned = planning.plan_leave(
                actor=request.user,
                person=person,
                lead=form.cleaned_data["lead"],
                reason=form.cleaned_data["reason"],
                at=form.at(),
            )
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            return _planned(request, planned)
    return render(request, "people/staffing/leave.html", {"form": form, "person": person})


@requires(*access.PLANNERS)
@require_http_methods(["GET", "POST"])
@step_up_required
def join(request: SignedIn) -> HttpResponseBase:
    """GET: the form. POST: plan that somebody joins; an officer is asked next."""
    form = JoinForm(request.POST or None, initial={"language": "zh-hans"})
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        at = words.pop("hour")
        try:
            planned = planning.plan_join(actor=request.user, at=at, **words)
        except NotNow as problem:
            form.add_error(None, str(problem))
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("It is planned. Now ask an officer."))
            return redirect("people:staff_change", planned.pk)
    return render(request, "people/staffing/join.html", {"form": form})


@requires(*access.PLANNERS)
@require_http_methods(["GET", "POST"])
@step_up_required
def move(request: SignedIn, person_id: UUID) -> HttpResponseBase:
    """GET: the form. POST: plan that the person comes to another job."""
    person = access.get_person(request.user, person_id)
    form = MoveForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            planned = planning.plan_move(
                actor=request.user,
                person=person,
                lead=form.cleaned_data["lead"],
                job=form.cleaned_data["job"],
                reason=form.cleaned_data["reason"],
                at=form.cleaned_data["hour"],
            )
        except NotNow as problem:
            form.add_error(None, str(problem))
        else:
            return _planned(request, planned)
    return render(request, "people/staffing/move.html", {"form": form, "person": person})


def _planned(request: SignedIn, planned: StaffChange) -> HttpResponse:
    if planned.state == State.HELD:
        waits = _("This waits for a compliance officer. You see the answer among your requests.")
        messages.warning(request, waits)
    elif planned.state == State.DONE:
        messages.success(request, _("It is done: the account is closed, and everything went to others."))
    else:
        messages.success(request, _("It is planned. Now say who gets what."))
    return redirect("people:staff_change", planned.pk)


@requires(*access.PLANNERS)
@require_POST
def call_off(request: SignedIn, change_id: UUID) -> HttpResponse:
    found = access.get_planned(request.user, change_id, Action.STAFFING_CANCEL)
    try:
        planning.call_off(actor=request.user, change=found)
    except NotNow as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("It is called off."))
    return redirect("people:staff_change", change_id)
