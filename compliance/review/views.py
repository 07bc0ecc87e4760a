"""The log desk: the list with its filters, when things happened, one entry, the export."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from audit.models import LogEntry
from audit.sentences import action_label, ids_named, lines, object_words
from compliance.logretention.access import bundles_before
from compliance.logretention.months import left_between
from compliance.logretention.shredding import shredded
from compliance.review import access, masks, reasons
from compliance.review.export import FORMATS
from compliance.review.folding import folded
from compliance.review.forms import LogFilterForm
from compliance.review.names import names_of
from compliance.review.saved import views_of
from people.locks.standing import until_locked
from people.requests import SignedIn
from people.roles.access import has, requires
from people.roles.permissions import Permission

LINES = 200  # of an export, between two questions whether the person is locked


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def log(request: SignedIn) -> HttpResponse:
    """Entries that match the address; nothing is shown for filters that make no sense."""
    form = LogFilterForm(request.GET)
    context = {
        "form": form,
        "may_export": has(request.user, Permission.LOG_EXPORT),
        "may_sample": has(request.user, Permission.LOG_REASON),
        "formats": FORMATS.values(),
        "saved": views_of(request.user),
    }
    if not form.is_valid():
        return render(request, "compliance/review/log.html", context)
    page = access.read_page(request.user, request, form.filters(), kinds=form.kinds())
    shown = folded(page.rows, names_of(ids_named(page.rows)))
    filters = form.filters()
    context |= {"page": page, "shown": shown, "address": form.address(), "chosen": form.chosen()}
    if filters.since or filters.until:
        context["left"] = left_between(filters.since, filters.until)
        context["bundles_before"] = bundles_before(request.user)
    context["may_sign"] = bool(filters.since and filters.until) and has(request.user, Permission.LOG_REASON)
    return render(request, "compliance/review/log.html", context)


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def charts(request: SignedIn) -> HttpResponse:
    """When the entries of the same address happened: a part of the list's page, or a page of its own."""
    form = LogFilterForm(request.GET)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        context["charts"] = access.read_charts(request.user, form.filters(), kinds=form.kinds())
    part = "_charts.html" if request.htmx else "charts.html"  # type: ignore[attr-defined]  # set by middleware
    return render(request, f"compliance/review/{part}", context)


@requires(Permission.LOG_READ)
@never_cache
@require_GET
def entry(request: SignedIn, entry_id: UUID) -> HttpResponse:
    """Everything that one entry says, and the other entries of its request; of one that left with its month,
    where what it says is now."""
    if access.is_there(entry_id):
        return _entry_page(request, access.read_entry(request.user, entry_id))
    left = access.read_left(request.user, entry_id)
    context = {"entry": left, "bundles_before": bundles_before(request.user)}
    return render(request, "compliance/review/left.html", context)


@requires(Permission.LOG_REASON)
@never_cache
@require_POST
def reason(request: SignedIn, entry_id: UUID) -> HttpResponse:
    """The entry with the words that were sealed beside it: opened on this click, which is an entry itself."""
    found = access.read_entry(request.user, entry_id)
    opened = reasons.open_sealed_reason(request.user, found)
    gone = shredded(found) if opened is None else None
    return _entry_page(request, found, {"reason_asked": True, "reason": opened, "reason_shredded": gone})


@requires(Permission.LOG_REASON)
@never_cache
@require_POST
def mask(request: SignedIn, entry_id: UUID, client_id: UUID) -> HttpResponse:
    """The entry with the masks of one client that it names: asked of the vault on this click."""
    found = access.read_entry(request.user, entry_id)
    shown = masks.mask_of(request.user, found, client_id)
    return _entry_page(request, found, {"mask": shown, "masked": client_id})


def _entry_page(request: SignedIn, found: LogEntry, more: dict[str, object] | None = None) -> HttpResponse:
    around = access.neighbours(request.user, found)
    names = names_of(ids_named([found, *around]) | set(found.subjects))
    may_open = has(request.user, Permission.LOG_REASON)
    clients = masks.clients_among(found.subjects)
    context = {
        "entry": found,
        "line": lines([found], names)[0],
        "action": action_label(found.action),
        "object": object_words(found, names),
        "day": timezone.localtime(found.at).date(),
        "may_mask": may_open,
        "neighbours": lines(around, names),
        "subjects": [(subject, names.get(subject), subject in clients) for subject in found.subjects],
        "leaf": bytes(found.leaf).decode(),
        "link": bytes(found.link).hex(),  # type: ignore[attr-defined]  # annotated by the gate
        "may_open_reason": found.detail_key is not None and may_open,
        **(more or {}),
    }
    part = "drawer.html" if request.htmx else "entry.html"  # type: ignore[attr-defined]  # set by middleware
    return render(request, f"compliance/review/{part}", context)


@requires(Permission.LOG_EXPORT)
@require_GET
def export(request: SignedIn) -> HttpResponseBase:
    """The list as a file; the same address as the list's, and `format`."""
    form = LogFilterForm(request.GET)
    written = FORMATS.get(request.GET.get("format", "csv"))
    if not form.is_valid() or written is None:
        return render(request, "compliance/review/log.html", {"form": form, "may_export": True}, status=400)
    kinds = (*form.kinds(), f"format.{written.code}")
    found = access.export_entries(request.user, form.filters(), kinds=kinds)
    response = StreamingHttpResponse(
        until_locked(written.lines(found), request.user.pk, stride=LINES),
        content_type=written.media_type,
    )
    name = f"sealroom-log-{timezone.localtime():%Y%m%d-%H%M}.{written.ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
