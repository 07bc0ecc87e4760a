"""The exit talk: the leaver's own page, and what they give back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.duties.templates import parts
from people.requests import SignedIn
from people.roles.access import requires
from people.staffing import access, talk
from people.staffing.checklist import checklist
from people.staffing.errors import NotNow
from people.staffing.forms import AcknowledgeForm, ItemForm
from people.staffing.models import ReturnItem


@login_required
@require_http_methods(["GET", "POST"])
def mine(request: SignedIn) -> HttpResponse:
    """GET: what goes on after leaving, and what is to be returned. POST: say that one knows."""
    change = access.own_leaving(request.user)
    text = talk.signed_text(request.user) if change is not None else None
    if change is None or text is None:
        raise Refused(ObjectType.STAFF_CHANGE, None, Action.STAFFING_VIEW)
    form = AcknowledgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            typed_name = form.cleaned_data["typed_name"]
            talk.acknowledge(actor=request.user, change=change, typed_name=typed_name)
        except (NotNow, ValidationError) as problem:
            form.add_error(None, str(problem) if isinstance(problem, NotNow) else problem)
        else:
            messages.success(request, _("Noted. Thank you."))
            return redirect("people:leaving")
    record_read(
        Entry(
            action=Action.STAFFING_VIEW,
            object_type=ObjectType.STAFF_CHANGE,
            object_id=change.pk,
            subjects=(request.user.pk,),
        )
    )
    context = {
        "change": change,
        "text": text,
        "parts": parts(text, "zh" if get_language() == "zh-hans" else "en"),
        "form": None if change.acknowledged_at else form,
        "items": change.items.order_by("id"),
    }
    return render(request, "people/staffing/leaving.html", context)


@login_required
@require_GET
def joining(request: SignedIn) -> HttpResponse:
    """What somebody who joins has done, and has still to do."""
    change = access.own_joining(request.user)
    if change is None:
        raise Refused(ObjectType.STAFF_CHANGE, None, Action.STAFFING_VIEW)
    record_read(
        Entry(
            action=Action.STAFFING_VIEW,
            object_type=ObjectType.STAFF_CHANGE,
            object_id=change.pk,
            subjects=(request.user.pk,),
        )
    )
    context = {"change": change, "steps": checklist(change)}
    return render(request, "people/staffing/joining.html", context)


@requires(*access.PLANNERS)
@require_POST
def add_item(request: SignedIn, change_id: UUID) -> HttpResponse:
    found = access.get_planned(request.user, change_id, Action.STAFFING_ITEM)
    form = ItemForm(request.POST)
    if not found.leaves:
        raise Refused(ObjectType.STAFF_CHANGE, change_id, Action.STAFFING_ITEM)
    try:
        if form.is_valid():
            talk.list_item(actor=request.user, change=found, name=form.cleaned_data["name"])
            messages.success(request, _("Listed."))
        else:
            messages.error(request, _("Say what is to be returned, in a few words."))
    except ValidationError as problem:
        messages.error(request, problem.messages[0])
    return redirect("people:staff_change", change_id)


@requires(*access.PLANNERS)
@require_POST
def take_item(request: SignedIn, item_id: UUID) -> HttpResponse:
    """Also after the person has left."""
    changes = access.which_changes(request.user)
    item = ReturnItem.objects.filter(pk=item_id, change__in=changes).first()
    if item is None:
        raise Refused(ObjectType.STAFF_CHANGE, None, Action.STAFFING_ITEM_BACK)
    talk.take_item(actor=request.user, item=item)
    messages.success(request, _("It is back."))
    return redirect("people:staff_change", item.change_id)
