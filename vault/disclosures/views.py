"""Asking for exports, watching them, taking them; recipients; asking an officer to look at one's counts."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit.actions import Action, ObjectType
from audit.coverage import POLLED, leaves_no_entry
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.registry import CannotCarryOut
from people.paging import page_of
from people.roles.access import requires
from people.roles.permissions import Permission
from people.stepup import step_up_required
from vault.disclosures.access import get_export, is_downloadable, which_exports
from vault.disclosures.approval import counts_table, waiting_review
from vault.disclosures.categories import Category, adding_of
from vault.disclosures.counting import own_standing
from vault.disclosures.firms import words_if_shut
from vault.disclosures.forms import ExportForm, PurposeForm, RecipientForm, ReviewForm, recipients_shown
from vault.disclosures.freezes import watched
from vault.disclosures.holds import ExportsHeld, why_not
from vault.disclosures.models import MAX_DOWNLOADS, ExportState, Format, Scope
from vault.disclosures.offering import offered_of
from vault.disclosures.recipients import create_recipient, names_of, recipient_words
from vault.disclosures.selection import MAX_EXPORT, left_out_words
from vault.disclosures.services import ask_review, request_export, take_export
from vault.masking.grades import Grade
from vault.purposes.catalogue import Purpose
from vault.records.access import which_books, which_clients
from vault.records.errors import NotPossible
from vault.records.labels import FIELD_LABELS
from vault.records.listforms import FilterForm
from vault.records.listing import clients_matching
from vault.records.views import person

BAD = HTTPStatus.UNPROCESSABLE_ENTITY
_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_GET
@requires(Permission.CLIENT_EXPORT)
def exports(request: HttpRequest) -> HttpResponse:
    """The person's own exports."""
    page = page_of(request, which_exports(person(request)), by="-created_at")
    return render(request, "vault/disclosures/exports.html", {"page": page})


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EXPORT)
@never_cache
def export_new(request: HttpRequest) -> HttpResponse:
    """Ask for an export of the list as the address filters it, or of the clients ticked in the form: first
    for what, then which of the fields that this needs, and for whom."""
    user = person(request)
    filters, ids = _filters(request, user), _ticked(request)
    books = which_books(user, Permission.CLIENT_EXPORT)
    offered = offered_of(books.filter(pk=filters["book"].pk) if filters.get("book") else books)
    asked = "reason" in request.POST and "again" not in request.POST
    # Whoever asks for an export that was not offered is refused by the service, which logs it and alerts.
    named = Purpose if asked else offered
    purpose = next((one for one in named if one == request.POST.get("purpose")), None)
    form: PurposeForm | ExportForm = PurposeForm(request.POST if asked else None, offered=offered)
    if purpose is not None and "again" not in request.POST:
        form = ExportForm(
            request.POST if asked else None,
            names=names_of(recipients_shown()),
            needed=offered.get(purpose, []),
            initial={"purpose": purpose.value},
        )
    if asked and isinstance(form, ExportForm) and form.is_valid():
        try:
            made = request_export(
                actor=user, wanted=form.wanted(filters, ids), reason=form.cleaned_data["reason"]
            )
        except NotPossible as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("The export is asked for. A second person decides."))
            return redirect("vault:export", made.pk)
    context = {
        "form": form,
        "purpose": purpose if isinstance(form, ExportForm) else None,
        "count": _count(user, filters, ids),
        "limit": MAX_EXPORT,
        "ids": ids or [],
    }
    return render(
        request, "vault/disclosures/export_new.html", context, status=BAD if form.is_bound else HTTPStatus.OK
    )


@require_GET
@requires(Permission.CLIENT_EXPORT)
@never_cache
def export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """One export: what was asked for, how far it is, and the file while it is there."""
    found = get_export(person(request), export_id)
    downloadable = is_downloadable(found)
    context = {
        "export": found,
        "recipient": recipient_words(found),
        "fields": [FIELD_LABELS[name] for name in found.chosen],
        "purpose": Purpose(found.purpose).label,
        "left_out": left_out_words(found.left_out),
        "running": found.state == ExportState.APPROVED,
        "downloadable": downloadable,
        "held": (words_if_shut(found) or why_not(person(request), found)) if downloadable else "",
        "most": MAX_DOWNLOADS,
    }
    return render(request, "vault/disclosures/export.html", context)


@require_GET
@requires(Permission.CLIENT_EXPORT)
@never_cache
@leaves_no_entry(POLLED)
def export_progress(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """The progress bar alone; once the file is made, htmx is told to load the page anew."""
    found = get_export(person(request), export_id)
    running = found.state == ExportState.APPROVED
    answer = render(request, "vault/disclosures/_progress.html", {"export": found, "running": running})
    if not running:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@requires(Permission.CLIENT_EXPORT)
@never_cache
def export_download(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The file; with a client of the highest grade in it, only after the person confirmed who they are."""
    found = get_export(person(request), export_id, Action.CLIENT_EXPORT)
    if found.grade >= Grade.L4:
        return _confirmed_download(request, export_id)
    return _download(request, export_id)


def _download(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    try:
        taken = take_export(actor=person(request), export_id=export_id)
    except ExportsHeld:
        return redirect("vault:export", export_id)  # which says why
    if taken is None:
        messages.warning(
            request,
            _("Who may be in it has changed meanwhile. It is being made again with those who may."),
        )
        return redirect("vault:export", export_id)
    found, file = taken
    answer = StreamingHttpResponse(watched(found, file), content_type=_TYPES[Format(found.format)])
    answer["Content-Length"] = str(file.size)
    answer["Content-Disposition"] = f'attachment; filename="export-{found.pk.hex[-8:]}.{found.format}"'
    return answer


_confirmed_download = step_up_required(_download)


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_EXPORT)
@never_cache
def recipients(request: HttpRequest) -> HttpResponse:
    """The recipients outside whose agreement holds; record another."""
    form = RecipientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        create_recipient(actor=person(request), **form.cleaned_data)
        messages.success(request, _("The recipient is recorded."))
        return redirect("vault:recipients")
    shown = recipients_shown()
    names = names_of(shown)
    context = {"form": form, "rows": [(one, names[one.pk]) for one in shown]}
    return render(
        request, "vault/disclosures/recipients.html", context, status=BAD if form.is_bound else HTTPStatus.OK
    )


@require_http_methods(["GET", "POST"])
@requires(Permission.CLIENT_REVEAL)
@never_cache
def count_review(request: HttpRequest) -> HttpResponse:
    """How far one's own counts are, and the request that an officer look at them."""
    user = person(request)
    purpose = request.GET.get("purpose", "")
    if purpose not in Purpose.values:
        raise Refused(ObjectType.PAGE, None, Action.PAGE_VIEW)
    adding = adding_of(request.GET.get("adding", ""))
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_review(actor=user, purpose=purpose, reason=form.cleaned_data["reason"], adding=adding)
        except (ValidationError, CannotCarryOut):
            form.add_error(None, _("The request could not be made. Nothing was changed."))
        else:
            messages.success(request, _("An officer is asked to look at your counts."))
            return redirect("vault:clients")
    standing = own_standing(user, purpose).plus(adding)  # as the officer will see it
    labels = [str(one.label) for one in Category]
    context = {
        "form": form,
        "purpose": Purpose(purpose).label,
        "waiting": waiting_review(user, purpose),
        "labels": labels,
        "rows": [
            (row[0], list(zip(labels, row[1:], strict=True)))
            for row in counts_table(standing.flat())
            if row[0] != str(Scope.RECIPIENT.label)
        ],
    }
    return render(
        request,
        "vault/disclosures/count_review.html",
        context,
        status=BAD if form.is_bound else HTTPStatus.OK,
    )


def _filters(request: HttpRequest, user: User) -> dict[str, Any]:
    """Those of the address. A filter that is none of ours is no list: it must not mean everybody."""
    form = FilterForm(request.GET, books=which_books(user))
    if not form.is_valid():
        raise Refused(ObjectType.CLIENT, None, Action.CLIENT_EXPORT)
    return form.filters


def _ticked(request: HttpRequest) -> list[UUID] | None:
    """The clients that were ticked; None when the whole filtered list is meant."""
    try:
        return [UUID(value) for value in request.POST.getlist("clients")[: MAX_EXPORT + 1]] or None
    except ValueError:
        raise Refused(ObjectType.CLIENT, None, Action.CLIENT_EXPORT) from None


def _count(user: User, filters: dict[str, Any], ids: list[UUID] | None) -> int:
    if ids is not None:
        return which_clients(user, Permission.CLIENT_EXPORT).filter(pk__in=ids).count()
    return clients_matching(user, filters, Permission.CLIENT_EXPORT).order_by()[: MAX_EXPORT + 1].count()
