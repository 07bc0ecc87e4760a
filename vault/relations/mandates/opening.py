"""What was agreed, in plaintext for a minute; and the signed document, to be saved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.roles.access import requires
from people.roles.permissions import Permission
from vault.disclosures.stops import stops_for_officer
from vault.purposes.lawfulness import NotLawful
from vault.purposes.uploads import attachment
from vault.records.access import may_open
from vault.records.answers import opened_answer, reveal_form, sent_form, status_of, told, why, without_leave
from vault.records.forms import RevealForm
from vault.records.labels import Group
from vault.records.reveals.refusals import RevealRefused
from vault.records.views import person
from vault.relations.looking import look_at
from vault.relations.mandates.access import get_mandate
from vault.relations.mandates.models import Mandate
from vault.relations.mandates.reading import line_of, open_document, open_terms
from vault.relations.mandates.standing import house_day

BACK = "vault:client_mandates"
PREFIX = "MANDATE"
Open = Callable[[Mandate, RevealForm], HttpResponseBase]


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def terms(request: HttpRequest, mandate_id: UUID) -> HttpResponseBase:
    """Fee, subject and remarks, after purpose and reason were named."""

    def shown(row: Mandate, form: RevealForm) -> HttpResponse:
        opened = open_terms(actor=person(request), mandate_id=mandate_id, **told(request, form))
        return opened_answer(
            request,
            "vault/mandates/opened.html",
            {"opened": opened, "why": why(form)},
            back=BACK,
            client=row.client,
            counts_as=Group.NOTES,
        )

    return _opening(request, mandate_id, Group.NOTES, shown, saves=False)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def document(request: HttpRequest, mandate_id: UUID) -> HttpResponseBase:
    """The signed document, as it was uploaded."""

    def saved(row: Mandate, form: RevealForm) -> HttpResponse:
        media_type, data = open_document(actor=person(request), mandate_id=mandate_id, **told(request, form))
        return attachment(data, media_type, row.pk)

    return _opening(request, mandate_id, Group.IDENTITY, saved, saves=True)


def _opening(
    request: HttpRequest, mandate_id: UUID, group: Group, opened: Open, *, saves: bool
) -> HttpResponseBase:
    user = person(request)
    row = get_mandate(user, mandate_id, Action.CLIENT_REVEAL, Permission.CLIENT_REVEAL)
    form: Any = reveal_form(request, row.client, prefix=PREFIX, counts_as=group)
    if form is None or not may_open(row.client) or (saves and not row.has_document):
        raise Refused(ObjectType.MANDATE, mandate_id, Action.CLIENT_REVEAL)
    if request.method == "POST":
        form = sent_form(request, row.client, prefix=PREFIX)
        if form.is_valid():
            try:
                return opened(row, form)
            except (NotLawful, RevealRefused) as refused:
                return without_leave(request, refused, back=BACK, client_id=row.client_id)
    context = {
        "look": look_at(actor=user, client_id=row.client_id),
        "client": row.client,
        "line": line_of(row, house_day()),
        "form": form,
        "saves": saves,
    }
    return render(request, "vault/mandates/open.html", context, status=status_of(form))
