from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import Kind
from people.approvals.registry import action_of
from people.delegations import access, services
from people.delegations.forms import DelegationForm
from people.delegations.models import Delegation
from people.paging import page_of
from people.requests import SignedIn
from people.stepup import step_up_required


@login_required
@require_GET
def delegations(request: SignedIn) -> HttpResponse:
    """One's own, given and taken; officers see everybody's."""
    _require_staff(request)
    page = page_of(request, access.visible_delegations(request.user), by="-created_at")
    rows = [(row, _labels(row)) for row in page.rows]
    context = {"page": page, "rows": rows, "may_give": bool(access.delegable(request.user))}
    return render(request, "people/delegations/delegations.html", context)


@login_required
def new(request: SignedIn) -> HttpResponseBase:
    """The form says what of the person's own decisions can be passed on, and to whom."""
    _require_staff(request)
    if not access.delegable(request.user):
        raise Refused(ObjectType.DELEGATION, None, Action.APPROVAL_DELEGATE)
    return _new(request)


@step_up_required
def _new(request: SignedIn) -> HttpResponse:
    form = DelegationForm(request.POST or None, giver=request.user)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.span()
        try:
            given = services.delegate(
                actor=request.user,
                to=form.cleaned_data["to"],
                codes=form.cleaned_data["codes"],
                starts_at=starts_at,
                ends_at=ends_at,
                reason=form.cleaned_data["reason"],
            )
        except services.NotDelegable as problem:
            form.add_error(None, str(problem))
        else:
            waits = _("Asked for; an officer confirms it.")
            messages.success(request, waits if given.needs_officer else _("It is noted, and counts."))
            return redirect("people:delegations")
    return render(request, "people/delegations/new.html", {"form": form})


@login_required
@require_POST
def end(request: SignedIn, delegation_id: UUID) -> HttpResponse:
    found = access.endable(request.user, delegation_id)
    services.end(actor=request.user, delegation=found)
    messages.success(request, _("It has ended."))
    return redirect("people:delegations")


def _require_staff(request: SignedIn) -> None:
    if request.user.kind != Kind.STAFF:
        raise Refused(ObjectType.PAGE, None, Action.PAGE_VIEW)


def _labels(row: Delegation) -> list[str]:
    return [str(action_of(code).label) for code in row.actions]
