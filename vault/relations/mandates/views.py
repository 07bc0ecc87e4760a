"""The mandates of a client, and those that ask something of their agent."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.paging import page_of
from people.roles.access import has, requires
from people.roles.permissions import Permission
from people.uploads import in_memory_uploads
from vault.purposes.catalogue import Holding
from vault.purposes.uploads import proof_of
from vault.records.access import get_client, may_open
from vault.records.answers import status_of
from vault.records.errors import NotPossible
from vault.records.models import Client
from vault.records.panels import review_page
from vault.records.reading import masked_rows
from vault.records.views import person
from vault.relations.looking import look_at
from vault.relations.mandates import due
from vault.relations.mandates.access import get_mandate
from vault.relations.mandates.forms import EndForm, KeepForm, MandateForm, SignForm
from vault.relations.mandates.models import Keep, Mandate, MandateState, Why
from vault.relations.mandates.reading import line_of, terms_of
from vault.relations.mandates.services import discard, draw_up, end_early, keep_data, put_in_force
from vault.relations.mandates.standing import house_day

_VIEWS = {"ending": due.ending, "ended": due.ended, "drafts": due.drafts, "in_force": due.in_force}


@require_GET
@requires(Permission.CLIENT_EDIT)
@never_cache
def mandates(request: HttpRequest) -> HttpResponse:
    """One's own that end soon, have ended, wait for a signature, or run; masked."""
    user = person(request)
    view = request.GET.get("view", "ending")
    view = view if view in _VIEWS else "ending"
    page = page_of(request, _VIEWS[view](user), by="ends_on")
    masked = {
        row.client.pk: row for row in masked_rows(list({m.client_id: m.client for m in page.rows}.values()))
    }
    day = house_day()
    context = {
        "rows": [(line_of(row, day), masked[row.client_id]) for row in page.rows],
        "page": page,
        "view": view,
        "views": [
            ("ending", _("Ending within 30 days")),
            ("ended", pgettext("mandates", "Ended")),
            ("drafts", _("To be signed")),
            ("in_force", _("In force")),
        ],
        "more": review_page.tabs(user),
        "keep": KeepForm(auto_id=False),
    }
    return render(request, "vault/mandates/mandates.html", context)


@require_GET
@requires(Permission.CLIENT_VIEW)
@never_cache
def of_client(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Days and codes stand open; words and documents are sealed."""
    user = person(request)
    look = look_at(actor=user, client_id=client_id)
    context = {
        "look": look,
        "client": look.client,
        "terms": terms_of(look.client) if look.is_open else None,
        "ours": look.client.book.holding == Holding.OWN,
        "may_change": has(user, Permission.CLIENT_EDIT) and look.is_open,
        "may_reveal": has(user, Permission.CLIENT_REVEAL),
        "more": review_page.tabs(user),
        "keep": KeepForm(auto_id=False),
    }
    return render(request, "vault/mandates/of_client.html", context)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def add(request: HttpRequest, client_id: UUID) -> HttpResponse:
    """Draw up a client's mandate."""
    client = get_client(person(request), client_id, Permission.CLIENT_EDIT)
    return _drawing(request, client, None)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def renew(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """The same once more: days, kind and words stand beforehand."""
    row = get_mandate(person(request), mandate_id, Action.MANDATE_DRAW, Permission.CLIENT_EDIT)
    if row.state == MandateState.DRAFT:
        raise Refused(ObjectType.MANDATE, mandate_id, Action.MANDATE_DRAW)
    return _drawing(request, row.client, row)


def _drawing(request: HttpRequest, client: Client, renews: Mandate | None) -> HttpResponse:
    if not may_open(client) or client.book.holding != Holding.OWN:
        raise Refused(ObjectType.CLIENT, client.pk, Action.MANDATE_DRAW)
    user = person(request)
    form = MandateForm(request.POST if request.method == "POST" else None, renews=renews)
    if request.method == "POST" and form.is_valid():
        before = renews.pk if renews else None
        try:
            made = draw_up(actor=user, client_id=client.pk, terms=form.terms(), renews=before)
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The draft is kept. It binds once it is signed and put in force."))
            return redirect("vault:mandate_sign", made.pk)
    context = {"look": look_at(actor=user, client_id=client.pk), "form": form, "renews": renews}
    return render(request, "vault/mandates/draw.html", context, status=status_of(form))


@in_memory_uploads
@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def sign(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Put a draft in force, with the signed document."""
    user = person(request)
    row = _open_row(request, mandate_id, Action.MANDATE_SIGN)
    form = SignForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            document = proof_of("", form.cleaned_data["file"])
            put_in_force(
                actor=user,
                mandate_id=mandate_id,
                signed_on=form.cleaned_data["signed_on"],
                document=document or None,
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The mandate is signed and binds from its first day to its last."))
            return redirect("vault:client_mandates", row.client_id)
    return _about(request, row, form, "vault/mandates/sign.html")


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EDIT)
@never_cache
def end(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """End a mandate before its day."""
    row = _open_row(request, mandate_id, Action.MANDATE_END)
    form = EndForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            end_early(actor=person(request), mandate_id=mandate_id, why=Why(form.cleaned_data["why"]))
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The mandate has ended."))
            return redirect("vault:client_mandates", row.client_id)
    return _about(request, row, form, "vault/mandates/end.html")


@require_POST
@requires(Permission.CLIENT_EDIT)
def throw_away(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    row = _open_row(request, mandate_id, Action.MANDATE_DISCARD)
    try:
        discard(actor=person(request), mandate_id=mandate_id)
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("The draft is thrown away."))
    return redirect("vault:client_mandates", row.client_id)


@require_POST
@requires(Permission.CLIENT_EDIT)
def keep(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Why the data stay after the mandate; back to where it was said."""
    row = _open_row(request, mandate_id, Action.MANDATE_KEEP)
    form = KeepForm(request.POST)
    try:
        if not form.is_valid():
            raise NotPossible(_("Choose why the data are kept. Nothing was changed."))
        keep_data(actor=person(request), mandate_id=mandate_id, keep=Keep(form.cleaned_data["keep"]))
    except NotPossible as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(
            request, _("Recorded why the data are kept. What may be done with them is unchanged.")
        )
    if "list" in request.POST:
        return redirect("vault:mandates")
    return redirect("vault:client_mandates", row.client_id)


def _open_row(request: HttpRequest, mandate_id: UUID, action: Action) -> Mandate:
    """A mandate of a client whom this person may change. Raises Refused."""
    row = get_mandate(person(request), mandate_id, action, Permission.CLIENT_EDIT)
    if not may_open(row.client):
        raise Refused(ObjectType.MANDATE, mandate_id, action)
    return row


def _about(request: HttpRequest, row: Mandate, form: Any, template: str) -> HttpResponse:
    look = look_at(actor=person(request), client_id=row.client_id)
    context = {"look": look, "client": row.client, "line": line_of(row, house_day()), "form": form}
    return render(request, template, context, status=status_of(form))
