"""Keeping a view and removing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from compliance.review.forms import LogFilterForm
from compliance.review.saved import drop_view, save_view
from people.requests import SignedIn
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.records.errors import NotPossible


@requires(Permission.LOG_READ)
@require_POST
def save(request: SignedIn) -> HttpResponse:
    """Keep the view whose filters the page had, and go back to it."""
    form = LogFilterForm(QueryDict(request.POST.get("address", "")))
    address = form.address() if form.is_valid() else ""
    try:
        view = save_view(actor=request.user, name=request.POST.get("name", ""), address=address)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return redirect(f"{reverse('compliance:log')}?{address}")


@requires(Permission.LOG_READ)
@require_POST
def drop(request: SignedIn, view_id: UUID) -> HttpResponse:
    """Remove one of one's own."""
    drop_view(actor=request.user, view_id=view_id)
    messages.success(request, _("The view was removed."))
    return redirect("compliance:log")
