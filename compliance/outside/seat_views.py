"""The pages of a seat: its scope, registers, the log, files and evidence ZIPs. All of it is looked at; what
an auditor writes is in `seat_writing.py`."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from audit.actions import Action, ObjectType
from audit.checkpoints import store as checkpoints
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.refusals import Refused
from audit.sentences import action_label, ids_named, lines
from audit.tree import store as tree
from compliance.outside import access, bundles
from compliance.outside.codes import Area, BundleState, RequestState
from compliance.outside.forms import LogForm
from compliance.outside.marks import page_mark, seat_mark
from compliance.outside.models import OutsideSeat
from compliance.outside.registers import REGISTERS, shown
from compliance.outside.scope import entries_of, masked_names, midnight
from compliance.outside.stamping import DRAWN
from compliance.outside.taking import taken_along
from compliance.proofs.files import proof_file
from compliance.review.forms import actions_of as actions_named
from deals.pipeline.models import Deal
from people.accounts.models import Kind
from people.locks.standing import LockedMeanwhile
from people.paging import page_of
from people.requests import SignedIn
from vault.records.errors import NotPossible

Answer = TypeVar("Answer", bound=HttpResponseBase)
MOST = 100
STRIDE = 4  # pieces of 16 KiB between two questions whether the seat is open
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "csv": "text/csv; charset=utf-8"}


@require_GET
@login_required
@never_cache
def seats(request: SignedIn) -> HttpResponse:
    """Mine, open or closed."""
    if request.user.kind != Kind.OUTSIDE or not access.is_confined(request.user):
        raise Refused(ObjectType.OUTSIDE_AUDIT, None, Action.OUTSIDE_LIST)
    own = OutsideSeat.objects.filter(person=request.user).select_related("audit")
    own = own.exclude(audit__agreed_at__isnull=True).order_by("-audit__agreed_at")
    return render(request, "compliance/outside/seats.html", {"seats": own[:MOST]})


@require_GET
@login_required
@never_cache
def seat(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """What is looked at, until when, and what waits for the auditor."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_VIEW)
    note(found, Action.OUTSIDE_VIEW)
    requests = found.audit.requests
    context = {
        "deals": Deal.objects.filter(pk__in=found.audit.deals).order_by("code_name"),
        "to_judge": requests.filter(state=RequestState.ANSWERED).count(),
        "with_house": requests.exclude(state__in=[RequestState.ANSWERED, RequestState.ACCEPTED]).count(),
        "areas": [(area, Area(area).label) for area in found.audit.areas],
    }
    return page_for(request, found, "seat", context)


@require_GET
@login_required
@never_cache
def register(request: SignedIn, audit_id: UUID, area: str) -> HttpResponse:
    """One register, page by page."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_READ)
    if area not in found.audit.areas or area == Area.LOG:
        raise Refused(ObjectType.OUTSIDE_AUDIT, audit_id, Action.OUTSIDE_READ)
    one = REGISTERS[area]
    page = page_of(request, one.rows(found.audit), by=one.by)
    note(found, Action.OUTSIDE_READ, f"area.{area}", f"rows.{len(page.rows)}")
    context = {
        "page": page,
        "title": one.area.label,
        "columns": one.columns,
        "rows": [[*zip(one.columns, cells, strict=True)] for _row, cells in shown(one, page.rows)],
    }
    return page_for(request, found, "register", context)


@require_GET
@login_required
@never_cache
def log(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """The entries of the scope, newest first; what is typed narrows them."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_READ)
    form = LogForm(request.GET, audit=found.audit)
    rows = entries_of(found.audit)
    rows = _narrowed(rows, form.cleaned_data) if form.is_valid() else rows.none()
    page = page_of(request, rows, by="-at")
    note(found, Action.OUTSIDE_READ, "area.log", f"rows.{len(page.rows)}")
    context = {"page": page, "form": form, "lines": lines(page.rows, masked_names(ids_named(page.rows)))}
    return page_for(request, found, "log", context)


def _narrowed(rows: Any, asked: dict[str, Any]) -> Any:
    if asked["part"]:
        rows = rows.filter(action__in=[one.value for one in actions_named([f"{asked['part']}.*"])])
    if asked["deal"]:
        rows = rows.filter(deal=asked["deal"])
    if asked["since"]:
        rows = rows.filter(at__gte=midnight(asked["since"]))
    if asked["until"]:
        rows = rows.filter(at__lt=midnight(asked["until"] + timedelta(days=1)))
    return rows


@require_GET
@login_required
@never_cache
def entry(request: SignedIn, audit_id: UUID, entry_id: UUID) -> HttpResponse:
    """One entry of the scope."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_READ)
    one = _entry(found, entry_id, Action.OUTSIDE_READ)
    names = masked_names(ids_named([one]))
    note(found, Action.OUTSIDE_READ, "entry")
    context = {
        "entry": one,
        "line": lines([one], names)[0],
        "action": action_label(one.action),
        "leaf": bytes(one.leaf).decode(),
    }
    return page_for(request, found, "entry", context)


@require_GET
@login_required
@never_cache
def proof(request: SignedIn, audit_id: UUID, entry_id: UUID) -> HttpResponse:
    """The proof of one entry of the scope, to be verified with the product's verifier; also of the making of
    an evidence ZIP of one's own, whichever the scope."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_PROVE)
    one = _entry(found, entry_id, Action.OUTSIDE_PROVE)
    index, newest = tree.index_of(one.pk), checkpoints.latest()
    if index is None or newest is None or newest.size <= index:
        messages.warning(request, _("No signed checkpoint holds it yet. Try again in a few seconds."))
        return redirect("compliance:seat_bundles", audit_id)
    note(found, Action.OUTSIDE_PROVE, "entry")
    data = proof_file(bytes(one.leaf), index, tree.inclusion(index, newest.size), newest.note)
    return _attached(HttpResponse(data, content_type="application/octet-stream"), f"{one.pk}.tlog-proof")


def _entry(found: OutsideSeat, entry_id: UUID, action: Action) -> LogEntry:
    """Raises Refused: none, or outside of the scope; the two look the same."""
    one = entries_of(found.audit).filter(pk=entry_id).first()
    if one is None and action == Action.OUTSIDE_PROVE:
        own = found.bundles.values_list("pk", flat=True)
        made = LogEntry.objects.filter(
            pk=entry_id, action=Action.OUTSIDE_BUNDLE_MADE, object_id__in=list(own)
        )
        one = made.first()
    if one is None:
        raise Refused(ObjectType.LOG, entry_id, action)
    return one


@require_GET
@login_required
@never_cache
def file(request: SignedIn, audit_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file that answers a request, or the report, with the mark of the seat on every page."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_FILE)
    one = access.get_own_file(found, file_id, Action.OUTSIDE_FILE)
    try:
        name, pieces = taken_along(one, 1, page_mark(found, timezone.now()))
        first = next(pieces, b"")
    except NotPossible as refused:
        messages.error(request, str(refused.message))
        return redirect("compliance:seat", audit_id)
    content = until_closed(chain([first], pieces), found, stride=1 if one.extension in DRAWN else STRIDE)
    answer = StreamingHttpResponse(content, content_type=TYPES[name.rpartition(".")[2]])
    return _attached(answer, name)


@require_http_methods(["GET", "POST"])
@login_required
@never_cache
def bundles_page(request: SignedIn, audit_id: UUID) -> HttpResponse:
    """My evidence ZIPs; POST has one made."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_BUNDLE)
    if request.method == "POST":
        try:
            bundles.ask(actor=request.user, audit_id=audit_id)
        except NotPossible as refused:
            messages.error(request, str(refused.message))
        return redirect("compliance:seat_bundles", audit_id)
    rows = list(found.bundles.order_by("-asked_at")[:MOST])
    made = LogEntry.objects.filter(
        action=Action.OUTSIDE_BUNDLE_MADE, object_id__in=[one.pk for one in rows], at__gte=found.added_at
    )
    proofs = dict(made.values_list("object_id", "pk"))
    context = {
        "rows": [(one, proofs.get(one.pk)) for one in rows],
        "at_work": any(one.state == BundleState.ASKED for one in rows),
    }
    note(found, Action.OUTSIDE_VIEW)
    part = "_bundles" if request.htmx else "bundles"  # type: ignore[attr-defined]  # set by middleware
    return page_for(request, found, part, context)


@require_GET
@login_required
@never_cache
def bundle_file(request: SignedIn, audit_id: UUID, bundle_id: UUID) -> HttpResponseBase:
    """The ZIP: to its own person, while the seat is open, and no byte longer."""
    found = access.get_seat(request.user, audit_id, Action.OUTSIDE_BUNDLE_TAKE)
    one, content = bundles.take(actor=request.user, audit_id=audit_id, bundle_id=bundle_id)
    answer = StreamingHttpResponse(until_closed(content, found), content_type="application/zip")
    answer["Content-Length"] = str(one.bytes)
    return _attached(answer, f"evidence-{one.pk.hex[-8:]}.zip")


def until_closed(pieces: Iterable[bytes], found: OutsideSeat, *, stride: int = STRIDE) -> Iterator[bytes]:
    """The pieces, asking on the way whether the seat is open. Raises LockedMeanwhile: the answer ends
    unfinished."""
    for number, piece in enumerate(pieces):
        if not number % stride and not access.is_seated(found):
            raise LockedMeanwhile
        yield piece


def note(found: OutsideSeat, action: Action, *fields: str) -> None:
    record_read(
        Entry(
            action=action,
            object_type=ObjectType.OUTSIDE_AUDIT,
            object_id=found.audit_id,
            subjects=(found.person_id,),
            fields=fields,
        )
    )


def page_for(request: SignedIn, found: OutsideSeat, name: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"compliance/outside/{name}.html", context | around(found))


def around(found: OutsideSeat) -> dict[str, Any]:
    """What each page of a seat shows: whose it is, until when, and the mark."""
    return {"seat": found, "audit": found.audit, "mark": seat_mark(found), "now": timezone.localtime()}


def _attached(answer: Answer, name: str) -> Answer:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
