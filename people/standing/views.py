from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import Kind
from people.approvals.registry import action_of
from people.paging import page_of
from people.requests import SignedIn
from people.standing import access, services
from people.standing.forms import StandingForm


@login_required
@require_GET
def standing(request: SignedIn) -> HttpResponse:
    """What was approved beforehand for whom, and how much of it is left."""
    if request.user.kind != Kind.STAFF:
        raise Refused(ObjectType.PAGE, None, Action.PAGE_VIEW)
    page = page_of(request, access.visible_standing(request.user), by="-created_at")
    rows = [(row, action_of(row.action).label) for row in page.rows]
    context = {"page": page, "rows": rows, "may_ask": bool(access.askable(request.user))}
    return render(request, "people/standing/standing.html", context)


@login_required
def new(request: SignedIn) -> HttpResponse:
    """Ask for one."""
    if not access.askable(request.user):
        raise Refused(ObjectType.STANDING, None, Action.APPROVAL_STANDING)
    form = StandingForm(request.POST or None, holder=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask(
                actor=request.user,
                kind=action_of(form.cleaned_data["action"]),
                limit=form.cleaned_data["limit"],
                uses=form.cleaned_data["uses"],
                until=form.until(),
                reason=form.cleaned_data["reason"],
            )
        except services.NotStanding as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Asked for; a second person decides."))
            return redirect("people:approval", asked.pk)
    return render(request, "people/standing/new.html", {"form": form})


@login_required
@require_POST
def end(request: SignedIn, standing_id: UUID) -> HttpResponse:
    found = access.endable(request.user, standing_id)
    services.end(actor=request.user, standing=found)
    messages.success(request, _("It has ended."))
    return redirect("people:standing")
