"""The officers' page of consents that wait to be confirmed with the client."""

from collections.abc import Iterable
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
from vault.purposes.consents.forms import SettleForm
from vault.purposes.consents.ledger import waiting
from vault.purposes.consents.models import ConsentEvent
from vault.purposes.consents.settling import settle_consent
from vault.purposes.notices.models import NoticeLink
from vault.records.errors import NotPossible
from vault.records.views import person


@require_GET
@requires(Permission.PURPOSE_MANAGE)
@never_cache
def waiting_consents(request: HttpRequest) -> HttpResponse:
    """What waits, newest first, without names; and who made the links, so that somebody else is asked."""
    found = (
        waiting()
        .select_related("client__book")
        .defer("client__identity", "client__contact", "client__financial", "client__remarks", "proof")
    )
    page = page_of(request, found, by="-at")
    record_read(Entry(action=Action.CONSENT_LIST, object_type=ObjectType.CONSENT, object_id=None))
    makers = _makers_of(page.rows)
    rows = [(event, makers.get(event.client_id, [])) for event in page.rows]
    context = {"page": page, "rows": rows, "settling": SettleForm(auto_id=False)}
    return render(request, "vault/purposes/consents_waiting.html", context)


@require_POST
@requires(Permission.PURPOSE_MANAGE)
def settle(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """Confirm one, or say that it does not count."""
    form = SettleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say how you know: whom you asked, and by what means."))
        return redirect("vault:consents_waiting")
    data = form.cleaned_data
    accepted = data["verdict"] == "confirm"
    try:
        settle_consent(actor=person(request), event_id=event_id, accepted=accepted, words=data["words"])
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        told = _("Confirmed: it counts from now on.") if accepted else _("Recorded: it does not count.")
        messages.success(request, told)
    return redirect("vault:consents_waiting")


def _makers_of(events: Iterable[ConsentEvent]) -> dict[UUID, list[User]]:
    """Client → who made links for them. One query."""
    links = NoticeLink.objects.filter(client_id__in={event.client_id for event in events})
    makers: dict[UUID, list[User]] = {}
    for link in links.select_related("created_by").order_by("created_at"):
        known = makers.setdefault(link.client_id, [])
        if link.created_by not in known:
            known.append(link.created_by)
    return makers
