"""The communication log of a client."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.paging import page_of
from people.roles.access import has, requires
from people.roles.permissions import Permission
from vault.disclosures.stops import stops_for_officer
from vault.purposes.lawfulness import NotLawful
from vault.records.answers import opened_answer, reveal_form, sent_form, status_of, told, why, without_leave
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.reveals.refusals import RevealRefused
from vault.records.views import person
from vault.relations.communications.forms import ContactForm, corrected
from vault.relations.communications.reading import communications_of, get_communication, reveal_text
from vault.relations.communications.services import correct_communication, record_communication
from vault.relations.looking import Look, look_at

SIZE = 30
PREFIX = "TEXT"


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_VIEW)
@never_cache
def communications(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """What was said, newest first; above it the line that adds to it."""
    user = person(request)
    form = ContactForm(request.POST or None)
    if request.method == "POST":
        if not has(user, Permission.CLIENT_EDIT):
            raise Refused(ObjectType.CLIENT, client_id, Action.COMMUNICATION_CREATE)
        if form.is_valid():
            try:
                record_communication(actor=user, client_id=client_id, contact=form.contact())
            except NotPossible as refused:
                form.add_error(None, str(refused.message))
            else:
                messages.success(request, _("The contact is recorded."))
                return redirect("vault:communications", client_id)
    look = look_at(actor=user, client_id=client_id)
    context = _page(request, look, form)
    return render(request, "vault/communications/communications.html", context, status=status_of(form))


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def correct(request: HttpRequest, communication_id: UUID) -> HttpResponse:
    """Put another row in the place of this one; it stays as it was said."""
    user = person(request)
    row = get_communication(user, communication_id, Permission.CLIENT_EDIT)
    form = ContactForm(request.POST or None, initial=corrected(row))
    if request.method == "POST" and form.is_valid():
        try:
            correct_communication(actor=user, communication_id=row.pk, contact=form.contact())
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The correction is recorded; what was said before stays beside it."))
            return redirect("vault:communications", row.client_id)
    look = look_at(actor=user, client_id=row.client_id)
    context = {"look": look, "client": look.client, "row": row, "form": form}
    return render(request, "vault/communications/correct.html", context, status=status_of(form))


@require_POST
@requires(Permission.CLIENT_REVEAL)
@never_cache
@stops_for_officer
def reveal(request: HttpRequest, communication_id: UUID) -> HttpResponseBase:
    """What was said in one contact, in plaintext for a minute."""
    user = person(request)
    row = get_communication(user, communication_id, Permission.CLIENT_REVEAL)
    form = sent_form(request, row.client, prefix=PREFIX)
    if not form.is_valid():
        look = look_at(actor=user, client_id=row.client_id)
        context = _page(request, look, ContactForm(), asked=row.pk) | {"reveal_form": form}
        return render(request, "vault/communications/communications.html", context, status=status_of(form))
    try:
        row, said = reveal_text(actor=user, communication_id=row.pk, **told(request, form))
    except (NotLawful, RevealRefused) as refused:
        return without_leave(request, refused, back="vault:communications", client_id=row.client_id)
    return opened_answer(
        request,
        "vault/communications/opened.html",
        {"row": row, "text": said, "why": why(form)},
        back="vault:communications",
        client=row.client,
        counts_as=Group.NOTES,
    )


def _page(
    request: HttpRequest, look: Look, form: ContactForm, *, asked: UUID | None = None
) -> dict[str, Any]:
    page = page_of(request, communications_of(look.client), by="-at", size=SIZE) if look.is_open else None
    return {
        "look": look,
        "client": look.client,
        "page": page,
        "form": form,
        "reveal_form": reveal_form(request, look.client, prefix=PREFIX, counts_as=Group.NOTES),
        "asked": asked,
        "may_add": has(person(request), Permission.CLIENT_EDIT),
    }
