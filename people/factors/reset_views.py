"""Resetting somebody's second factors, and the officers' list of what was reset."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from people.access import managed_person
from people.factors import resetting
from people.factors.services import NotPossible
from people.paging import page_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.stepup import step_up_required


@requires(Permission.PEOPLE_MANAGE)
@step_up_required
def reset(request: SignedIn, person_id: UUID) -> HttpResponse:
    """GET: what it means. POST: do it."""
    shown = managed_person(request.user, person_id)
    if request.method == "POST":
        try:
            resetting.reset_factors(actor=request.user, person=shown)
        except NotPossible as problem:
            messages.error(request, str(problem))
        else:
            messages.success(
                request,
                _("Reset. The person gets a link by mail; officers were told, and plaintext is paused."),
            )
        return redirect("people:person", person_id)
    return render(request, "people/factors/reset.html", {"person": shown})


@requires(Permission.PEOPLE_MANAGE, Permission.APPROVAL_DECIDE)
@require_GET
def resets(request: SignedIn) -> HttpResponse:
    mine = set()
    if has(request.user, Permission.APPROVAL_DECIDE):
        mine = set(resetting.to_review(request.user).values_list("pk", flat=True))
    page = page_of(request, resetting.resets(), by="-at")
    context = {"page": page, "to_review": mine, "now": timezone.now()}
    return render(request, "people/factors/resets.html", context)


@requires(Permission.APPROVAL_DECIDE)
@require_POST
def review(request: SignedIn, reset_id: UUID) -> HttpResponse:
    resetting.review_reset(actor=request.user, reset_id=reset_id)
    messages.success(request, _("Noted that you looked into it. The pause ends by itself."))
    return redirect("people:resets")
