"""The register of refused uses."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from people.accounts.models import User
from people.paging import page_of
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.purposes.alerts.forms import AlertFilter, AlertForm
from vault.purposes.alerts.models import PurposeAlert
from vault.purposes.alerts.services import handle_alert
from vault.purposes.codes import Outcome
from vault.records.errors import NotPossible
from vault.records.views import person


@require_GET
@requires(Permission.PURPOSE_MANAGE)
@never_cache
def alerts(request: HttpRequest) -> HttpResponse:
    """Refused uses, newest first; without filters those that wait."""
    form = AlertFilter(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    found = PurposeAlert.objects.select_related("book", "handled_by")
    if filters.get("state") != "all":
        found = found.filter(outcome__in=["", Outcome.SEEN])
    if filters.get("reason"):
        found = found.filter(reason=filters["reason"])
    page = page_of(request, found, by="-at")
    record_read(Entry(action=Action.PURPOSE_LIST, object_type=ObjectType.PURPOSE, object_id=None))
    names = User.objects.in_bulk({alert.actor_id for alert in page.rows if alert.actor_id})
    rows = [(alert, names.get(alert.actor_id)) for alert in page.rows]
    context = {"form": form, "page": page, "rows": rows, "handling": AlertForm(auto_id=False)}
    return render(request, "vault/purposes/alerts.html", context)


@require_POST
@requires(Permission.PURPOSE_MANAGE)
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Say what became of one."""
    form = AlertForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what became of it."))
        return redirect("vault:purpose_alerts")
    data = form.cleaned_data
    try:
        outcome = Outcome(data["outcome"])
        handle_alert(actor=person(request), alert_id=alert_id, outcome=outcome, words=data["words"])
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    return redirect("vault:purpose_alerts")
