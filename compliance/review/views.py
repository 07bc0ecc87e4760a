"""The log desk: the list with its filters, one entry, the export."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.models import LogEntry
from audit.query import entries
from audit.sentences import action_label, ids_named, lines, object_words
from compliance.review import access, reasons
from compliance.review.days import day_bars, days_of
from compliance.review.export import csv_lines
from compliance.review.forms import LogFilterForm
from compliance.review.names import names_of
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def log(request: SignedIn) -> HttpResponse:
    """Entries that match the address; nothing is shown for filters that make no sense."""
    form = LogFilterForm(request.GET)
    context = {"form": form, "may_export": has(request.user, Permission.LOG_EXPORT)}
    if not form.is_valid():
        return render(request, "compliance/review/log.html", context)
    filters = form.filters()
    page = access.read_page(request.user, request, filters, kinds=form.kinds())
    context |= {
        "page": page,
        "lines": lines(page.rows, names_of(ids_named(page.rows))),
        "bars": day_bars(days_of(entries(filters))),
    }
    return render(request, "compliance/review/log.html", context)


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def entry(request: SignedIn, entry_id: UUID) -> HttpResponse:
    """Everything that one entry says, and the other entries of its request."""
    return _entry_page(request, access.read_entry(request.user, entry_id))


@requires(Permission.LOG_REASON)
@never_cache
@require_POST
def reason(request: SignedIn, entry_id: UUID) -> HttpResponse:
    """The entry with the words that were sealed beside it: opened on this click, which is an entry itself."""
    found = access.read_entry(request.user, entry_id)
    opened = reasons.open_sealed_reason(request.user, found)
    return _entry_page(request, found, {"reason_asked": True, "reason": opened})


def _entry_page(request: SignedIn, found: LogEntry, more: dict[str, object] | None = None) -> HttpResponse:
    around = access.neighbours(found)
    names = names_of(ids_named([found, *around]) | set(found.subjects))
    context = {
        "entry": found,
        "line": lines([found], names)[0],
        "action": action_label(found.action),
        "object": object_words(found, names),
        "neighbours": lines(around, names),
        "subjects": [(subject, names.get(subject)) for subject in found.subjects],
        "leaf": bytes(found.leaf).decode(),
        "link": bytes(found.link).hex(),  # type: ignore[attr-defined]  # annotated by the gate
        "may_open_reason": found.detail_key is not None and has(request.user, Permission.LOG_REASON),
        **(more or {}),
    }
    return render(request, "compliance/review/entry.html", context)


@requires(Permission.LOG_EXPORT)
@require_GET
def export(request: SignedIn) -> HttpResponseBase:
    """The list as CSV; the same address as the list's."""
    form = LogFilterForm(request.GET)
    if not form.is_valid():
        return render(request, "compliance/review/log.html", {"form": form, "may_export": True}, status=400)
    found = access.export_entries(request.user, form.filters(), kinds=form.kinds())
    response = StreamingHttpResponse(csv_lines(found), content_type="text/csv; charset=utf-8")
    name = f"sealroom-log-{timezone.localtime():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
