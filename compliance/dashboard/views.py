"""Today: what waits for this person, by urgency."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from compliance.dashboard.charts import charts_for
from compliance.dashboard.providers import own_requests
from people.accounts.models import Kind
from people.requests import SignedIn
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import due_for


@login_required
@require_GET
def today(request: SignedIn) -> HttpResponse:
    """Staff see their day; an outside auditor goes to the log, other outside people to their rooms."""
    if request.user.kind != Kind.STAFF:
        return redirect("compliance:log" if has(request.user, Permission.LOG_READ) else "deals:rooms")
    context = {
        "due": due_for(request.user),
        "charts": charts_for(request.user),
        "own_requests": own_requests(request.user),
    }
    return render(request, "compliance/dashboard/today.html", context)
