"""Recording a client's word, and the ledger."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.paging import page_of
from people.roles.access import requires
from people.roles.permissions import Permission
from people.uploads import in_memory_uploads
from vault.purposes.catalogue import Holding
from vault.purposes.codes import Channel, Form
from vault.purposes.consents.forms import LedgerFilter, WordForm
from vault.purposes.consents.register import bars_of, filtered
from vault.purposes.consents.services import ask_named, record_consent
from vault.purposes.notices.services import notice_in_force
from vault.purposes.uploads import proof_of
from vault.records.access import get_client
from vault.records.errors import NotPossible
from vault.records.views import person


@in_memory_uploads
@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def word(request: HttpRequest, client_id: UUID, code: str, given: bool) -> HttpResponse:
    """Record that a client consents, or withdraws: one page, one form, one button, either way."""
    user = person(request)
    client = get_client(user, client_id, Permission.CLIENT_EDIT)
    try:
        ask = ask_named(client, code, given=given)
    except NotPossible:
        raise Refused(ObjectType.CLIENT, client_id, Action.CONSENT_GIVE) from None
    entrusted = client.book.holding == Holding.ENTRUSTED
    form = WordForm(
        request.POST or None,
        request.FILES or None,
        entrusted=entrusted,
        least=ask.form,
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            record_consent(
                actor=user,
                client_id=client_id,
                code=code,
                given=given,
                channel=Channel(data["channel"]),
                form=Form(data["form"]),
                proof=proof_of(data["words"], data["file"]),
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The client's word is in the ledger and counts from now on."))
            return redirect("vault:client", client_id)
    context = {
        "form": form,
        "client": client,
        "ask": ask,
        "given": given,
        "notice": notice_in_force(client.book_id),
        "entrusted": entrusted,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "vault/purposes/word.html", context, status=status)


@require_GET
@requires(Permission.PURPOSE_MANAGE)
@never_cache
def ledger(request: HttpRequest) -> HttpResponse:
    """Every word of every client, newest first, without names."""
    form = LedgerFilter(request.GET or None)
    filters = form.cleaned_data if form.is_valid() else {}
    found = filtered(filters)
    page = page_of(request, found, by="-at")
    record_read(
        Entry(
            action=Action.CONSENT_LIST,
            object_type=ObjectType.CONSENT,
            object_id=None,
            fields=tuple(sorted(name for name, value in filters.items() if value)),
        )
    )
    context = {"form": form, "page": page, "bars": bars_of(found)}
    return render(request, "vault/purposes/ledger.html", context)
